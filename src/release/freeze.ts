/** The freeze calendar: when nothing new is deployed, and until when. Days, hours and dates are what clocks show in a rule's zone. */
import type { Freeze } from './project.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** Nobody asks further: a freeze that goes on for longer has no end that is worth naming. */
const FORESIGHT = 3 * 366 * DAY

/**
 * The first rule that freezes the moment `at`, and the first moment after it that no rule freezes. Times are ms since the
 * epoch. Without `until` no end is within three years. Hours over midnight belong to the day they begin on.
 */
export function frozenAt(
  freezes: readonly Freeze[],
  at: number,
): { readonly rule: Freeze; readonly until?: number } | undefined {
  const calendars = freezes.map(calendarOf)
  const rule = calendars.find((calendar) => calendar.freezes(at))?.rule
  if (rule === undefined) return undefined
  let until = at
  while (calendars.some((calendar) => calendar.freezes(until))) {
    until = Math.min(...calendars.map((calendar) => calendar.nextTurn(until)))
    if (until > at + FORESIGHT) return { rule }
  }
  return { rule, until }
}

/** A rule as a person reads it: `friday, 16:00-24:00 (Europe/Berlin)`. */
export function spokenFreeze({ days, hours, dates, zone }: Freeze): string {
  const parts = [days.join(', '), dates.map((span) => span.replace('..', ' to ')).join(', '), hours ?? '']
  const said = parts.filter((part) => part !== '').join(', ')
  return `${said === '' ? 'always' : said} (${zone})`
}

interface Calendar {
  readonly rule: Freeze
  freezes(at: number): boolean
  /** The next moment at which the rule may begin or end to hold: between two of them nothing changes. */
  nextTurn(at: number): number
}

function calendarOf(rule: Freeze): Calendar {
  const shown = wallClock(rule.zone)
  const [from, to] = minutesOf(rule.hours)
  const turns = [from, to, 1440]
  return {
    rule,
    freezes: (at) => {
      const wall = shown(at)
      const minute = Math.floor((wall % DAY) / MINUTE)
      const today = isMeant(rule, wall)
      if (from < to) return today && from <= minute && minute < to
      return (today && minute >= from) || (minute < to && isMeant(rule, wall - DAY))
    },
    nextTurn: (at) => {
      const wall = shown(at)
      const passed = wall % DAY
      const ahead = turns.map((turn) => turn * MINUTE - passed).filter((left) => left > 0)
      return at + leapWithin(shown, at, Math.min(...ahead))
    },
  }
}

/** What clocks of a zone show, as the ms since the epoch at which a clock in UTC shows the same. */
type WallClock = (at: number) => number

function wallClock(zone: string): WallClock {
  const whole = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format = new Intl.DateTimeFormat('en-US', { ...whole, second: 'numeric', hourCycle: 'h23', timeZone: zone })
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000)
  }
}

/** The time to go, or less where clocks are put forward or back before: then up to that very moment. */
function leapWithin(shown: WallClock, at: number, toGo: number): number {
  const offset = shown(at) - at
  const isEven = (ahead: number) => shown(at + ahead) - (at + ahead) === offset
  if (isEven(toGo)) return toGo
  let [even, odd] = [0, toGo]
  while (odd - even > 1) {
    const middle = Math.floor((even + odd) / 2)
    if (isEven(middle)) even = middle
    else odd = middle
  }
  return odd
}

/** Minutes of the day; without hours all of it. */
function minutesOf(hours: string | undefined): readonly [from: number, to: number] {
  const [from = 0, to = 1440] = (hours?.split('-') ?? []).map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return hour * 60 + minute
  })
  return [from, to]
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** Whether the day that a clock shows is one of the rule's; what it does not name holds for every day. */
function isMeant({ days, dates }: Freeze, wall: number): boolean {
  const day = new Date(wall)
  const date = day.toISOString().slice(0, 10)
  const isWeekday = days.length === 0 || days.includes(WEEKDAYS[day.getUTCDay()] ?? '')
  return isWeekday && (dates.length === 0 || dates.some((span) => isWithin(date, span)))
}

function isWithin(date: string, span: string): boolean {
  const [first = '', last = first] = span.split('..')
  return first <= date && date <= last
}
