import { describe, expect, test } from 'vitest'
import { frozenAt, spokenFreeze } from '../../src/release/freeze.ts'
import type { Freeze } from '../../src/release/project.ts'

const BERLIN = 'Europe/Berlin'
const rule = (more: Partial<Freeze>): Freeze => ({ days: [], dates: [], zone: 'UTC', ...more })
const at = (time: string) => Date.parse(time)

const friday = rule({ days: ['friday'], hours: '16:00-24:00', zone: BERLIN })
const weekend = rule({ days: ['saturday', 'sunday'], zone: BERLIN })
const holidays = rule({ dates: ['2026-12-24..2027-01-02'], zone: BERLIN })
const night = rule({ days: ['friday'], hours: '22:00-06:00' })

/** Rules, a moment, and until when it is frozen; undefined where it is not. */
const CASES: readonly (readonly [
  what: string,
  freezes: readonly Freeze[],
  moment: string,
  until: string | undefined,
])[] = [
  ['no rule freezes nothing', [], '2026-03-06T17:00:00Z', undefined],
  ['friday afternoon, in the zone of the rule', [friday], '2026-03-06T15:00:00Z', '2026-03-06T23:00:00Z'],
  ['a moment before it begins', [friday], '2026-03-06T14:59:59.999Z', undefined],
  ['the moment it ends is free', [friday], '2026-03-06T23:00:00Z', undefined],
  ['rules that follow each other freeze as one', [friday, weekend], '2026-03-06T15:30:00Z', '2026-03-08T23:00:00Z'],
  ['rules that overlap end with the later one', [friday, holidays], '2026-12-25T16:00:00Z', '2027-01-02T23:00:00Z'],
  ['the last day of a span is in it', [holidays], '2027-01-02T22:59:00Z', '2027-01-02T23:00:00Z'],
  ['a single date', [rule({ dates: ['2026-05-01'] })], '2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'],
  [
    'days and dates have to hold together',
    [rule({ days: ['friday'], dates: ['2026-05-02'] })],
    '2026-05-02T12:00:00Z',
    undefined,
  ],
  ['hours over midnight, before it', [night], '2026-03-06T23:00:00Z', '2026-03-07T06:00:00Z'],
  ['hours over midnight, after it', [night], '2026-03-07T05:59:00Z', '2026-03-07T06:00:00Z'],
  ['hours over midnight belong to the day they begin on', [night], '2026-03-06T05:00:00Z', undefined],
  [
    'hours from a time to the same time are a whole day',
    [rule({ days: ['monday'], hours: '09:00-09:00' })],
    '2026-03-09T09:00:00Z',
    '2026-03-10T09:00:00Z',
  ],
  [
    'the day clocks go forward is an hour shorter',
    [rule({ dates: ['2026-03-29'], zone: BERLIN })],
    '2026-03-28T23:00:00Z',
    '2026-03-29T22:00:00Z',
  ],
  [
    'the day clocks go back is an hour longer',
    [rule({ dates: ['2026-10-25'], zone: BERLIN })],
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
  ],
  [
    'hours that clocks jump out of end with the jump',
    [rule({ hours: '01:00-02:30', zone: BERLIN })],
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:00:00Z',
  ],
  [
    'an hour that clocks show twice is frozen both times',
    [rule({ hours: '02:00-03:00', zone: BERLIN })],
    '2026-10-25T00:10:00Z',
    '2026-10-25T02:00:00Z',
  ],
  [
    'half of an hour shown twice ends in between',
    [rule({ hours: '02:00-02:30', zone: BERLIN })],
    '2026-10-25T00:10:00Z',
    '2026-10-25T00:30:00Z',
  ],
  ['and begins again', [rule({ hours: '02:00-02:30', zone: BERLIN })], '2026-10-25T01:10:00Z', '2026-10-25T01:30:00Z'],
  [
    'a zone that is three quarters of an hour off',
    [rule({ hours: '12:00-13:00', zone: 'Asia/Kathmandu' })],
    '2026-03-06T06:15:00Z',
    '2026-03-06T07:15:00Z',
  ],
]

describe('the freeze calendar', () => {
  test.each(CASES)('%s', (_, freezes, moment, until) => {
    const frozen = frozenAt(freezes, at(moment))
    expect(frozen && iso(frozen.until)).toBe(until && new Date(until).toISOString())
  })

  test('names the rule that holds', () => {
    expect(frozenAt([friday, weekend], at('2026-03-07T12:00:00Z'))?.rule).toBe(weekend)
  })

  test('a freeze without an end says none', () => {
    const always = rule({})
    expect(frozenAt([always], 0)).toEqual({ rule: always })
  })

  test.each([
    [friday, 'friday, 16:00-24:00 (Europe/Berlin)'],
    [holidays, '2026-12-24 to 2027-01-02 (Europe/Berlin)'],
    [rule({}), 'always (UTC)'],
  ])('a rule is read as it is written', (each, said) => {
    expect(spokenFreeze(each)).toBe(said)
  })
})

function iso(time: number | undefined): string {
  return time === undefined ? 'no end' : new Date(time).toISOString()
}
