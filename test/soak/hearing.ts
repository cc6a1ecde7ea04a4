/** What became of everything that people sent: what reached the bot is answered or written down, also where it is killed soon after. */
import type { Event } from '../../src/release/event.ts'
import type { Sent } from './chats.ts'
import type { Life } from './process.ts'
import type { Stall } from './stalls.ts'
import type { Cut } from './trouble.ts'

export interface Hearing {
  /** In words. */
  readonly lost: readonly string[]
  /** What came while the bot was not there, or in its last moments, was acknowledged too late, or was on a connection that was cut. */
  readonly unjudged: number
}

/** A platform waits so long for an acknowledgement, and then tells the person that nobody took it; ms. */
const ACKNOWLEDGED_WITHIN = 3_000
/** What decides something is written down in that time after its acknowledgement, also on a busy machine; ms. */
const WRITTEN_WITHIN = 6_000
/** What only asks is answered in that time, also in a chat that hangs; ms. */
const ANSWERED_WITHIN = 30_000
const ASKS = /: \/(slipway )?(status|history|help|timeline|logs|lock|unlock|rollback)\b(?! #)/
/** A connection that Slack asked to leave is still open for that long, and what comes on it then goes down with it; ms. */
const LEFT_WITHIN = 1_000
/** A bot that was started, or whose connection was cut, can be reached in that time; ms. */
const REACHED_WITHIN = 30_000

export interface Heard {
  readonly sent: readonly Sent[]
  readonly lives: readonly Life[]
  readonly cuts: readonly Cut[]
  readonly stalls: readonly Stall[]
  /** Answers that Slack did not take twice, as the bot says in its log: it does not try them a third time. */
  readonly givenUp: number
  readonly events: readonly Event[]
}

type Around = Omit<Heard, 'events' | 'givenUp'>

export function hearingOf({ sent, events, givenUp, ...around }: Heard): Hearing {
  const written = events.flatMap(deliveryIn)
  const isDone = (one: Sent) => one.isAnswered() || written.some((id) => id.startsWith(one.id))
  const open = sent.filter((one) => !isDone(one)).map((one) => ({ one, wrong: wrongWith(one, { sent, ...around }) }))
  const wrong = open.filter((each) => each.wrong !== undefined)
  const excused = new Set(wrong.filter(({ one }) => one.chat === 'Slack' && isQuestion(one)).slice(0, givenUp))
  const lost = wrong.filter((each) => !excused.has(each))
  return {
    lost: lost.map(({ one, wrong }) => `${one.what} (${one.id}, ${clock(one.at)}) ${wrong}`),
    unjudged: open.length - lost.length,
  }
}

/** Acknowledged, and nothing but an answer was wanted. */
function isQuestion(one: Sent): boolean {
  return one.acknowledgedAt() !== undefined && ASKS.test(one.what)
}

/** Why something that was neither answered nor written down is lost; undefined where nobody can say. */
function wrongWith(one: Sent, { sent, lives, cuts, stalls }: Around): string | undefined {
  if (one.isLate()) return undefined
  const acknowledgedAt = one.acknowledgedAt()
  if (acknowledgedAt !== undefined) {
    const within = ASKS.test(one.what) ? ANSWERED_WITHIN : WRITTEN_WITHIN
    const isOver = livedFrom(acknowledgedAt, within, lives)
    return isOver ? 'was acknowledged, and neither answered nor written down' : undefined
  }
  const { at, chat, isConnected } = one
  const life = lives.find(({ ready, ended }) => ready <= at && at + ACKNOWLEDGED_WITHIN < ended)
  if (life === undefined || isStarting(life, one, sent)) return undefined
  const isCut = (from: number, to: number) => cuts.some((cut) => cut.chat === chat && cut.at >= from && cut.at <= to)
  if (isCut(at - LEFT_WITHIN, at + ACKNOWLEDGED_WITHIN)) return undefined
  if (stalls.some(({ from, to }) => from <= at + ACKNOWLEDGED_WITHIN && at <= to)) return undefined
  if (isConnected) return 'reached the bot, and was never acknowledged'
  return isCut(at - REACHED_WITHIN, at) ? undefined : 'did not reach the bot, which was there'
}

/** It says that it can be spoken to before its chats are open; the first that it acknowledges there shows that they are. */
function isStarting({ ready }: Life, { at, chat }: Sent, sent: readonly Sent[]): boolean {
  const isOpen = ({ chat: where, acknowledgedAt }: Sent) => {
    const then = acknowledgedAt() ?? Infinity
    return where === chat && ready <= then && then <= at
  }
  return at < ready + REACHED_WITHIN && !sent.some(isOpen)
}

/** Whether one bot was there at a time and for so long after it. */
function livedFrom(at: number, ms: number, lives: readonly Life[]): boolean {
  return lives.some(({ ready, ended }) => ready <= at && at + ms < ended)
}

/** Delivery ids that the journal knows. */
function deliveryIn(event: Event): readonly string[] {
  if (event.type === 'joined') return [event.message]
  return 'delivery' in event && event.delivery !== undefined ? [event.delivery] : []
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}
