/** How a reader sees a card: the zone of times, the spelling of commands, the words for durations and counts. */
import type { Bar } from '../bar.ts'
import type { Deployment } from '../deployment.ts'
import type { Problem } from '../problems.ts'
import { moment } from './moment.ts'

export interface View {
  /** IANA name; without it times are UTC and say so. */
  readonly zone?: string
  /** How a command is spelled where the card is read; `/deploy` without it. */
  readonly spell?: (command: string) => string
  /** What running steps said of themselves last, by step id. */
  readonly lines?: ReadonlyMap<string, string>
  /** Open deployments of the project whose turn is before the one that is shown. */
  readonly ahead?: readonly Deployment[]
  /** What keeps a queued deployment back. */
  readonly bar?: Bar
  /** Times are marked, for a platform that shows them in each reader's own zone. */
  readonly moments?: boolean
  /** Times in which presses were lost, so that what was open then has to be asked again. */
  readonly missed?: readonly { readonly from: number; readonly to: number }[]
  /** What keeps cards out of the place where the deployment is told; `over` once somebody has mended it. */
  readonly refused?: Problem | 'over'
  /** What keeps the end of the deployment out of channels where it is announced. */
  readonly unannounced?: readonly { readonly channel: string; readonly refusal: Problem }[]
}

/** The name among the lines under which a deployment says that its journal cannot be written. */
export const PAUSED = 'journal'

const MINUTE = 60_000

export function spelled(view: View, command: string): string {
  return view.spell === undefined ? `/${command}` : view.spell(command)
}

/** `16:40 UTC`; with the day before it where it is not the day of `beside`. Times are ms since the epoch. */
export function clock(at: number, beside: number, view: View): string {
  const time = format(at, view, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const zoned = view.zone === undefined ? `${time} UTC` : time
  const text =
    day(at, view) === day(beside, view) ? zoned : `${format(at, view, { day: 'numeric', month: 'short' })} ${zoned}`
  return view.moments ? moment(at, text) : text
}

/** `3 May 2026`, the day of a time, ms since the epoch. */
export function day(at: number, view: View): string {
  return format(at, view, { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `under 1 min`, `35 min`, `1 h 35 min`, `2 days 3 h`. */
export function lasting(minutes: number): string {
  const whole = Math.round(minutes)
  if (whole < 1) return 'under 1 min'
  if (whole < 60) return `${whole} min`
  const hours = Math.floor(whole / 60)
  if (hours < 48) return joined([`${hours} h`, whole % 60 === 0 ? '' : `${whole % 60} min`])
  return joined([`${Math.floor(hours / 24)} days`, hours % 24 === 0 ? '' : `${hours % 24} h`])
}

/** Minutes between two times. */
export function between(from: number, to: number): number {
  return Math.max(0, to - from) / MINUTE
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[], last = 'and'): string {
  const [final] = names.slice(-1)
  const before = names.slice(0, -1)
  return before.length === 0 ? (final ?? '') : `${before.join(', ')} ${last} ${final}`
}

/** A commit or digest as people compare them by eye. */
export function short(hash: string): string {
  return /^[0-9a-f]{16,}$/.test(hash) ? hash.slice(0, 12) : hash
}

function joined(words: readonly string[]): string {
  return words.filter((word) => word !== '').join(' ')
}

/** Making a formatter takes a thousand times as long as using one, and every card shows times. */
function format(at: number, { zone = 'UTC' }: View, options: Intl.DateTimeFormatOptions): string {
  const name = JSON.stringify([zone, options])
  const formatter = FORMATTERS.get(name) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })
  FORMATTERS.set(name, formatter)
  return formatter.format(at)
}

const FORMATTERS = new Map<string, Intl.DateTimeFormat>()

/** From 1 to the count: reminders and calls are numbered so. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at + 1)
}
