/** `npm run docs:pictures`: draws the pictures of the README anew. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pictures } from './scenes.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures')

mkdirSync(FOLDER, { recursive: true })
for (const [name, svg] of Object.entries(pictures())) writeFileSync(join(FOLDER, name), svg)
