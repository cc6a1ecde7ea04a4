/** LOG_LEVEL decides what a machine's own log shows, from what is broken to every event of a release. */
import { expect, test } from 'vitest'
import { loggedJournal } from '../../src/bot/logged.ts'
import { LEVELS, type Level, leveled } from '../../src/release/log-level.ts'
import { ANA, drive } from '../release/sample.ts'
import { memoryJournal } from './memory-journal.ts'

const heardAt = (most: Level): readonly string[] => {
  const heard: string[] = []
  const log = leveled(most, (line) => heard.push(line))
  for (const level of LEVELS) log(level, level)
  log('without a level')
  return heard
}

test.each([
  ['error', ['error']],
  ['warn', ['error', 'warn', 'without a level']],
  ['info', ['error', 'warn', 'info', 'without a level']],
  ['debug', ['error', 'warn', 'info', 'debug', 'without a level']],
] as const)('at %s the log holds what is of this level or worse', (level, heard) => {
  expect(heardAt(level)).toEqual(heard)
})

test('at debug it holds every event, once it is written, with who did it and what failed', async () => {
  const hand = drive()
  hand.start()
  const gate = { gate: 'aur-submit.1', digest: 'x', choice: 'approve', actor: ANA }
  const problem = { code: 'aur.push-denied' }
  const more = [
    { ...gate, type: 'pressed' },
    { type: 'settled', step: 'aur.submit', outcome: { ok: false, problem } },
  ]
  const events = [...hand.journal.slice(0, 2), ...more] as typeof hand.journal
  const heard: string[] = []
  const log = leveled('debug', (line) => heard.push(line))
  await loggedJournal(memoryJournal(), log).append(42, events)
  expect(heard).toEqual([
    '#42 requested release harbour 3.1.3+001 by ana on terminal',
    '#42 started',
    '#42 pressed approve aur-submit.1 by ana on terminal',
    '#42 settled aur.submit aur.push-denied',
  ])
  const refusing = { ...memoryJournal(), append: () => Promise.reject(new Error('disk full')) }
  await expect(loggedJournal(refusing, log).append(42, events)).rejects.toThrow('disk full')
  expect(heard).toHaveLength(4)
})
