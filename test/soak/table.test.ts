import { expect, it } from 'vitest'
import { faultsOf, type Result } from './table.ts'

const MINUTE = 60_000
const VITALS = { megabytes: 100, handles: 30 }

/** Two minutes in which all was well. */
const WELL: Result = {
  told: Array.from({ length: 5 }, () => ({ deployment: {}, events: [] })) as never,
  doubled: [],
  lost: [],
  wrong: [],
  unjudged: 0,
  effects: 9,
  stuck: [],
  unfinished: 0,
  crashes: [],
  lives: [],
  vitals: { start: VITALS, end: VITALS, ms: MINUTE },
  made: new Map([['SIGKILL', 3]]),
  sent: 100,
  wanted: { ms: 2 * MINUTE, deployments: 200 },
  ms: 2 * MINUTE,
}

it.each<[string, Partial<Result>, readonly string[]]>([
  ['nothing is wrong where all was well', {}, []],
  ['what had not finished is', { unfinished: 2 }, ['2 deployments had not finished in the time']],
  ['too few deployments are', { told: [] }, ['0 deployments were begun, at least 2 belong here']],
  [
    'fewer are right where fewer were wanted',
    { told: WELL.told.slice(1, 2), wanted: { ms: 2 * MINUTE, deployments: 1 } },
    [],
  ],
  ['too few kills are', { made: new Map() }, ['the bot was killed 0 times, at least 1 belong here']],
  [
    'a longer soak needs more of both',
    { wanted: { ms: 15 * MINUTE, deployments: 200 }, ms: 15 * MINUTE },
    ['5 deployments were begun, at least 15 belong here', 'the bot was killed 3 times, at least 8 belong here'],
  ],
])('%s', (_, changes, wanted) => {
  expect(faultsOf({ ...WELL, ...changes })).toEqual(wanted)
})
