import { expect, it } from 'vitest'
import { releaseOf } from '../../../src/release/version.ts'
import { addToChangelog, MOST_COMMITS } from '../../../src/runners/finish/changelog-file.ts'

type Facts = Parameters<typeof addToChangelog>[1]

it.each([
  ['all commits', MOST_COMMITS - 1, false],
  ['as many as were asked for, so that there may be more', MOST_COMMITS, true],
])('an entry made of %s says whether older ones are missing', (_, count, expected) => {
  const project = { repository: { url: '/origin.git' } }
  const facts = { release: releaseOf('3.1.3', '001'), known: { date: '2026-11-23' }, project } as Facts
  const log = Array.from({ length: count }, (_, index) => `${index}abcdef\x1fAna\x1fChange ${index}\x1f\0`).join('')
  const text = addToChangelog('# Changelog\n', facts, log)
  expect(text.includes('Older commits of this release are not listed.')).toBe(expected)
})
