import { describe, expect, it } from 'vitest'
import type { Sent } from './chats.ts'
import { hearingOf } from './hearing.ts'
import type { Life } from './process.ts'
import type { Stall } from './stalls.ts'

const S = 1_000
/** Two lives: the first is killed after a minute. */
const LIVES: readonly Life[] = [
  { began: 0, ready: 2 * S, ended: 60 * S, killed: true },
  { began: 61 * S, ready: 63 * S, ended: Infinity, killed: false },
]

interface Case {
  readonly at: number
  readonly acknowledgedAt?: number
  readonly what?: string
  readonly isConnected?: boolean
  readonly isAnswered?: boolean
  readonly isLate?: boolean
  readonly cutAt?: number
  readonly stall?: readonly Stall[]
  readonly givenUp?: number
}

function judged({ at, acknowledgedAt, what = 'Ana in Slack: /deploy patch', ...more }: Case) {
  const one: Sent = {
    ...sentAt(at),
    what,
    isConnected: more.isConnected ?? true,
    acknowledgedAt: () => acknowledgedAt,
    isLate: () => more.isLate ?? false,
    isAnswered: () => more.isAnswered ?? false,
  }
  const cuts = more.cutAt === undefined ? [] : [{ chat: 'Slack' as const, at: more.cutAt }]
  const { lost, unjudged } = hearingOf({
    sent: [one],
    lives: LIVES,
    cuts,
    stalls: more.stall ?? [],
    givenUp: more.givenUp ?? 0,
    events: [],
  })
  return { lost: lost.length, unjudged }
}

const LOOK = 'Ana in Slack: /slipway status'
const [LOST, UNJUDGED, RIGHT] = [
  { lost: 1, unjudged: 0 },
  { lost: 0, unjudged: 1 },
  { lost: 0, unjudged: 0 },
]

describe('what people sent in the soak', () => {
  it.each<[string, Case, typeof LOST]>([
    ['is lost where a living bot never acknowledges it', { at: 40 * S }, LOST],
    ['is right where it was answered, acknowledged or not', { at: 40 * S, isAnswered: true }, RIGHT],
    ['is not judged while the bot is still opening its chats', { at: 10 * S }, UNJUDGED],
    ['is not judged where the bot was away', { at: 62 * S }, UNJUDGED],
    ['is not judged where the bot was killed before the platform gave up', { at: 58 * S }, UNJUDGED],
    ['is not judged where the connection was cut at that moment', { at: 40 * S, cutAt: 41 * S }, UNJUDGED],
    ['is not judged where the machine stood still', { at: 40 * S, stall: [{ from: 41 * S, to: 44 * S }] }, UNJUDGED],
    ['is not judged where the platform had given up and said so', { at: 40 * S, isLate: true }, UNJUDGED],
    ['is not judged on a connection that was just to be left', { at: 40 * S, cutAt: 39.5 * S }, UNJUDGED],
    ['is lost on one that was left long before', { at: 40 * S, cutAt: 35 * S }, LOST],
    ['is not judged while the bot still connects again', { at: 40 * S, isConnected: false, cutAt: 35 * S }, UNJUDGED],
    ['is lost where the bot never connected again', { at: 50 * S, isConnected: false, cutAt: 15 * S }, LOST],
    ['is lost where it was acknowledged well before a kill', { at: 50 * S, acknowledgedAt: 51 * S }, LOST],
    ['is not judged where it was acknowledged just before a kill', { at: 58 * S, acknowledgedAt: 59 * S }, UNJUDGED],
    ['may be answered late where it only asks', { at: 50 * S, acknowledgedAt: 51 * S, what: LOOK }, UNJUDGED],
    ['is lost where what only asks is never answered', { at: 70 * S, acknowledgedAt: 71 * S, what: LOOK }, LOST],
    [
      'is not judged where the bot says that it gave up',
      { at: 70 * S, acknowledgedAt: 71 * S, what: LOOK, givenUp: 1 },
      UNJUDGED,
    ],
    ['is lost where it decides, whatever was given up', { at: 70 * S, acknowledgedAt: 71 * S, givenUp: 1 }, LOST],
  ])('%s', (_, one, wanted) => {
    expect(judged(one)).toEqual(wanted)
  })

  it('is right where the journal knows it', () => {
    const sent = { ...sentAt(40 * S), id: 'slack-7' }
    const joined = { type: 'joined', message: 'slack-7.more' } as never
    expect(hearingOf({ sent: [sent], lives: LIVES, cuts: [], stalls: [], givenUp: 0, events: [joined] }).lost).toEqual(
      [],
    )
  })
})

function sentAt(at: number): Sent {
  return {
    id: 'slack-1',
    what: '',
    at,
    chat: 'Slack',
    isConnected: true,
    acknowledgedAt: () => undefined,
    isLate: () => false,
    isAnswered: () => false,
    again: async () => {},
  }
}
