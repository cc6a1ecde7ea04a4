import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frozenAt } from '../../src/release/freeze.ts'
import type { Freeze } from '../../src/release/project.ts'

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia']
const MINUTE = 60_000

const two = (value: number) => String(value).padStart(2, '0')
const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`)
const hours = fc.tuple(time, fc.oneof(time, fc.constant('24:00'))).map(([from, to]) => `${from}-${to}`)
/** Around the nights in which clocks change. */
const START = Date.parse('2026-03-20T00:00:00Z')
const date = fc.nat(15).map((day) => new Date(START + day * 1440 * MINUTE).toISOString().slice(0, 10))
const span = fc.tuple(date, date).map(([a, b]) => (a < b ? `${a}..${b}` : a))
const rule: fc.Arbitrary<Freeze> = fc.record(
  {
    days: fc.subarray(DAYS),
    dates: fc.array(span, { maxLength: 2 }),
    zone: fc.constantFrom(...ZONES),
    hours,
  },
  { requiredKeys: ['days', 'dates', 'zone'] },
)

/** The same question asked of the clock on the wall, minute by minute, without knowing anything of the way the answer is found. */
function isFrozen(freezes: readonly Freeze[], at: number): boolean {
  return freezes.some(({ days, dates, hours: span = '00:00-24:00', zone }) => {
    const shown = new Date(at).toLocaleString('sv-SE', { timeZone: zone })
    const [from = '', to = ''] = span.split('-')
    const isDay = (day: string) => {
      const weekday = DAYS[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7] ?? ''
      const isDate = dates.some((each) => {
        const [first = '', last = first] = each.split('..')
        return first <= day && day <= last
      })
      return (days.length === 0 || days.includes(weekday)) && (dates.length === 0 || isDate)
    }
    const today = shown.slice(0, 10)
    const clock = shown.slice(11, 16)
    const yesterday = new Date(Date.parse(`${today}T12:00:00Z`) - 1440 * MINUTE).toISOString().slice(0, 10)
    if (from < to) return isDay(today) && from <= clock && clock < to
    return (isDay(today) && clock >= from) || (isDay(yesterday) && clock < to)
  })
}

test('until is the first moment that is not frozen', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.nat(15 * 1440), (freezes, minute) => {
      const at = START + minute * MINUTE
      const frozen = frozenAt(freezes, at)
      expect(frozen !== undefined).toBe(isFrozen(freezes, at))
      if (frozen?.until === undefined) return
      expect(isFrozen(freezes, frozen.until)).toBe(false)
      const whole = Math.min(frozen.until, at + 3 * 1440 * MINUTE)
      for (let moment = at; moment < whole; moment += 15 * MINUTE) expect(isFrozen(freezes, moment)).toBe(true)
      expect(isFrozen(freezes, frozen.until - 1)).toBe(true)
    }),
    { numRuns: 40 },
  )
})
