import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/release/deployment.ts'
import type { NewEvent } from '../../src/release/event.ts'
import { joins } from '../../src/release/join.ts'
import { aheadOf } from '../../src/release/line.ts'
import type { Lock } from '../../src/release/lock.ts'
import { replay } from '../../src/release/machine.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import { statusCard } from '../../src/release/report/status.ts'
import type { View } from '../../src/release/report/view.ts'
import { cardsFor } from '../../src/release/report.ts'
import { textOf, wideTextOf } from '../card-text.ts'
import { ANA, BEN, drive, project } from './sample.ts'

const MINUTE = 60_000
const NOON = Date.parse('2026-03-06T12:00:00Z')

/** A deployment as it was asked for, at noon. */
function asked(number: number, full: string, more: Partial<NewEvent> = {}): Deployment {
  const [version = '', build] = full.split('+')
  const event = {
    type: 'requested',
    at: NOON,
    number,
    kind: 'release',
    project,
    plan: planFor(project),
    release: { version, full, ...(build && { build }) },
    requester: ANA,
    place: { platform: 'terminal', channel: 'tty' },
    previousDigest: '',
    ...more,
  }
  const deployment = replay([event as never])
  if ('brokenAt' in deployment) throw new Error('nothing was requested')
  return deployment
}

const running: Deployment = { ...asked(42, '3.1.3+001'), startedAt: NOON, status: 'running' }
const first = (deployment: Deployment, view: View, now = NOON) => {
  const card = cardsFor(deployment, now, view).find(({ key }) => key.endsWith('/first'))?.card
  return card === undefined ? '' : wideTextOf(card)
}

describe('a queued deployment says on its first card', () => {
  const queued = asked(43, '3.1.4+001', { queuedAfter: [42] } as never)

  test('its place, and when it should start if nobody takes long to answer', () => {
    const text = first(queued, { ahead: [running] })
    expect(text).toMatch(
      /Place +2: one deployment of Harbour at a time, and #42 \(3\.1\.3\+001, running\) is before it/,
    )
    expect(text).toMatch(/Starts +about 13:15 UTC, and later by what people take to answer, which is not known/)
    expect(text).toMatch(/To take it back +\/cancel #43/)
  })

  test('a later start behind two', () => {
    const text = first(asked(44, '3.1.5+001'), { ahead: [running, queued] })
    expect(text).toMatch(/Place +3: .*#42 \(3\.1\.3\+001, running\) and #43 \(3\.1\.4\+001, queued\) are before it/)
    expect(text).toMatch(/Starts +about 14:30 UTC/)
  })

  test.each([
    ['waiting', 'not known: #42 waits for an answer; about 1 h 14 min after that'],
    ['stopped', 'not known: #42 is stopped until a person goes on or ends it; about 1 h 14 min after that'],
  ] as const)('that its start is not known while one before it is %s', (status, expected) => {
    expect(first(queued, { ahead: [{ ...running, status }] })).toContain(expected)
  })

  test('what keeps it back when it is its turn', () => {
    const lock: Lock = { id: 'harbour-1', by: BEN, at: NOON, reason: 'the database moves' }
    const text = first(queued, { ahead: [], bar: { kind: 'lock', lock } })
    expect(text).toMatch(/Place +1: nothing is before it/)
    expect(text).toContain(
      'ben locked it, 12:00 UTC: the database moves. /unlock harbour-1 by ben or an admin frees it.',
    )
  })

  test('how long it waited, once it has started; and a post says so', () => {
    const started = { ...queued, startedAt: NOON + 50 * MINUTE, status: 'running' as const }
    expect(first(started, {})).toMatch(/Waited +50 min behind #42, started 12:50 UTC/)
    const posts = cardsFor(started, NOON + 50 * MINUTE)
    expect(posts.map(({ key }) => key)).toContain('43/started')
    expect(textOf(posts.find(({ key }) => key === '43/started')?.card ?? never())).toBe(
      '-> #43: Harbour 3.1.4+001 starts now\n  It waited 50 min behind #42.',
    )
  })

  test('nothing of it where nothing was before it', () => {
    expect(first(running, {})).not.toMatch(/Place|Waited/)
    expect(cardsFor(running, NOON).map(({ key }) => key)).not.toContain('42/started')
  })
})

test('an override stands on the first card, with who and why', () => {
  const override = { actor: BEN, reason: 'users cannot log in', freeze: 'friday (UTC)' }
  expect(first(asked(42, '3.1.3+001', { override } as never), {})).toMatch(
    /Override +ben deploys in the freeze friday \(UTC\): users cannot log in/,
  )
})

describe('the line', () => {
  test('what has begun is before what has not, and the rest is in the order of asking', () => {
    const all = [asked(41, '3.2.0'), running, asked(43, '3.1.4'), asked(44, '3.1.5')]
    const numbers = aheadOf(all[3] ?? never(), all).map(({ number }) => number)
    expect(numbers).toEqual([42, 41, 43])
  })

  test('other projects, and what has ended, are not in it', () => {
    const other = { ...asked(40, '1.0.0'), project: { ...project, name: 'pier' } }
    const ended = { ...asked(41, '3.1.2'), endedAt: NOON }
    expect(aheadOf(asked(43, '3.1.4'), [other, ended])).toEqual([])
  })
})

describe('which deployment is joined', () => {
  const queued = asked(43, '3.1.4+001')
  const cancelled = { ...running, cancel: { actor: ANA, at: NOON, again: false } }
  test.each<[string, string, readonly Deployment[], number | undefined]>([
    ['the same version', '3.1.4', [running, queued], 43],
    ['the same version and build', '3.1.3+001', [running, queued], 42],
    ['the same version with a v', 'v3.1.3', [running], 42],
    ['another build', '3.1.3+002', [running, queued], undefined],
    ['another version', '3.1.5', [running, queued], undefined],
    ['a relative target', 'patch', [running, queued], 42],
    ['a relative target, in capitals', 'MINOR', [queued], 43],
    ['a relative target where nothing is under way', 'patch', [], undefined],
    ['the version of one that is being cancelled', '3.1.3', [cancelled], undefined],
    ['a relative target beside one that is being cancelled', 'patch', [cancelled, queued], 43],
    ['a word that is no version', 'soon', [running], undefined],
  ])('%s', (_, target, open, number) => {
    expect(joins(target, open)?.number).toBe(number)
  })
})

test('the status tells what waits, runs, is queued, locked and ended last', () => {
  const hand = drive()
  hand.start()
  hand.run()
  const now = hand.time() + 12 * MINUTE
  const lock: Lock = { id: 'harbour-1', by: BEN, at: hand.time(), reason: 'the database moves' }
  const past = { number: 41, project: 'harbour', version: '3.1.2+001', status: 'complete', requester: 'ana' }
  const overview = {
    open: [hand.now(), { ...asked(43, '3.1.4+001'), requestedAt: hand.time() }],
    barred: [{ title: 'Harbour', bar: { kind: 'lock', lock } as const }],
    last: [{ title: 'Harbour', past: { ...past, requestedAt: 0, endedAt: 60_000 } }],
  }
  const text = wideTextOf(statusCard(overview, now))
  const parts = [
    'Waiting for ben or cleo to approve Harbour 3.1.3+001 (#42), 12 min, until 12:17 UTC',
    'Submit to the AUR: waits for an answer',
    '#43 Harbour 3.1.4+001: place 2: ',
    'Harbour: ben locked it, 00:17 UTC: the database moves. /unlock harbour-1 by ben or an admin frees it.',
    '#41 Harbour 3.1.2+001 is released, ended 00:01 UTC, asked for by ana',
  ]
  expect(parts.map((part) => text.includes(part))).toEqual(parts.map(() => true))
  const places = parts.map((part) => text.indexOf(part))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

function never(): never {
  throw new Error('there is no such thing')
}
