import { expect, test } from 'vitest'
import type { Finding } from '../../src/bot/desk/finding.ts'
import type { DeskOptions } from '../../src/bot/desk/options.ts'
import { createRecords } from '../../src/bot/desk/records.ts'
import type { Requesting } from '../../src/bot/desk/requesting.ts'
import { ANA, drive } from '../release/sample.ts'

test('a note stands on one line of the incident with its writer and the time, and shows what a terminal would act upon', async () => {
  const notes: (string | undefined)[] = []
  const world = {
    incident: async (_: unknown, note?: string) => {
      notes.push(note)
      return { name: '42.md', path: '/incidents/42.md' }
    },
  }
  const clock = { now: () => Date.parse('2026-03-02T12:00:30Z') }
  const { incident } = createRecords({ clock, world } as DeskOptions, {} as Finding, {} as Requesting)
  const actor = { ...ANA, name: 'Ana\n## Closed' }
  const note = 'the disk was full\r\n\n## Approved by Ben\u2028\u001b[2J'
  await incident(drive().now(), { id: '1', actor, place: drive().now().place, text: '' }, note)
  expect(notes).toEqual([
    '2026-03-02 12:00 UTC, Ana\\n## Closed: the disk was full\\x0d\\n\\n## Approved by Ben\\u2028\\x1b[2J',
  ])
})
