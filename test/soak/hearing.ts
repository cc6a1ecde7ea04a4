/** What became of everything that people sent: what reached the bot is answered or written down, also where it is killed soon after. */
import type { Event } from '../../src/release/deployment.ts'
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
/** A bot that was started, or whose connection was cut, can be reached in that time; ms. */
const REACHED_WITHIN = 30_000

export interface Heard {
  readonly sent: readonly Sent[]
  readonly lives: readonly Life[]
  readonly cuts: readonly Cut[]
  readonly stalls: readonly Stall[]
  readonly events: readonly Event[]
}

type Around = Omit<Heard, 'sent' | 'events'>

export function hearingOf({ sent, events, ...around }: Heard): Hearing {
  const written = events.flatMap(deliveryIn)
  const isDone = (one: Sent) => one.isAnswered() || written.some((id) => id.startsWith(one.id))
  const open = sent.filter((one) => !isDone(one))
  const judged = open.map((one) => wrongWith(one, around))
  return {
    lost: open.flatMap((one, at) =>
      judged[at] === undefined ? [] : [`${one.what} (${one.id}, ${clock(one.at)}) ${judged[at]}`],
    ),
    unjudged: judged.filter((wrong) => wrong === undefined).length,
  }
}

/** Why something that was neither answered nor written down is lost; undefined where nobody can say. */
function wrongWith(one: Sent, { lives, cuts, stalls }: Around): string | undefined {
  if (one.isLate()) return undefined
  const acknowledgedAt = one.acknowledgedAt()
  if (acknowledgedAt !== undefined) {
    const within = ASKS.test(one.what) ? ANSWERED_WITHIN : WRITTEN_WITHIN
    const isOver = livedFrom(acknowledgedAt, within, lives)
    return isOver ? 'was acknowledged, and neither answered nor written down' : undefined
  }
  const { at, chat, isConnected } = one
  if (!livedFrom(at, ACKNOWLEDGED_WITHIN, lives)) return undefined
  const isCut = (from: number, to: number) => cuts.some((cut) => cut.chat === chat && cut.at >= from && cut.at <= to)
  if (isCut(at, at + ACKNOWLEDGED_WITHIN)) return undefined
  if (stalls.some(({ from, to }) => from <= at + ACKNOWLEDGED_WITHIN && at <= to)) return undefined
  if (isConnected) return 'reached the bot, and was never acknowledged'
  const isComing = !livedFrom(at - REACHED_WITHIN, REACHED_WITHIN, lives) || isCut(at - REACHED_WITHIN, at)
  return isComing ? undefined : 'did not reach the bot, which was there'
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
