import { expect, test } from 'vitest'
import { introduction } from '../../sandbox/introduction.ts'

const FOLDER = '/tmp/slipway-demo-YO4a3q'
const FACTS = ['Isolation: builds run as the user nobody, who can read nothing of yours.']

test.each([40, 60, 80])('the demo introduces itself in %i columns without breaking a word', (columns) => {
  const lines = introduction(FOLDER, FACTS, { columns, version: '3.1.3' })
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns)
  const words = (of: readonly string[]) => of.join(' ').split(/\s+/).filter(Boolean)
  expect(words(lines)).toEqual(words(introduction(FOLDER, FACTS, { columns: 1000, version: '3.1.3' })))
  expect(lines.join(' ')).toContain('Type /deploy 3.1.3')
})

test('where nobody types it is a line each, and names nothing to type', () => {
  expect(introduction(FOLDER, FACTS)).toHaveLength(3)
})
