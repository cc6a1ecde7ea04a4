/** The pictures of the README show what the bot posts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pictures } from './pictures/scenes.ts'

const ROOT = join(import.meta.dirname, '..')

test.each(Object.entries(pictures()))('%s is drawn from the cards as they are: npm run docs:pictures', (name, svg) => {
  expect(readFileSync(join(ROOT, 'docs', 'pictures', name), 'utf8')).toBe(svg)
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`](docs/pictures/${name})`)
})
