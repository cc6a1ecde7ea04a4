import { describe, expect, test } from 'vitest'
import { certified, rolledBackBy } from '../../src/bot/versions.ts'
import type { Summary } from '../../src/ports/journal.ts'
import type { Checked } from '../../src/release/certificate/check.ts'
import { certificateOf } from '../../src/release/certificate/issue.ts'
import { certificateCard } from '../../src/release/report/certificate.ts'
import { textOf } from '../card-text.ts'
import { drive, project } from '../release/sample.ts'

const past = (number: number, version: string, status = 'complete', kind: Summary['kind'] = 'release'): Summary => ({
  ...{ number, project: project.name, version, kind, status, requester: 'ana', requestedAt: number },
  evidence: {},
})
const HISTORY = [
  past(6, '3.1.5+001', 'rolled back'),
  past(5, '3.1.4+001', 'rolled back', 'rollback'),
  past(4, '3.1.4+001'),
  past(3, '3.1.3+002'),
  past(2, '3.1.3+001'),
]

test.each([
  [undefined, 4],
  ['#3', 3],
  ['3', 3],
  ['3.1.3', 3],
  ['v3.1.3+001', 2],
  ['3.1.5', undefined],
  ['#6', undefined],
  ['#5', undefined],
])('/certificate %s is about #%s: what was rolled back has none', (target, number) => {
  expect(certified(HISTORY, target)?.number).toBe(number)
})

test('a release that was taken back later is known by the number of its rollback', () => {
  expect(HISTORY.map((one) => (one.status === 'complete' ? rolledBackBy(HISTORY, one) : undefined))).toEqual([
    ...[undefined, undefined],
    ...[5, undefined, undefined],
  ])
})

describe('the card', () => {
  const certificate = certificateOf(drive().now(), 2_000_000)
  const shown = (...checked: readonly Checked[]) => ({ certificate, subjects: [], checked, before: [], rotations: [] })
  const good = { about: 'signature', verdict: 'holds', what: 'signed by key 1' } as const
  const bad = { about: 'chain', verdict: 'fails', what: 'harbour-3.1.2+001-41.json is missing' } as const

  test('of one that holds has its words, its files and its picture', () => {
    const card = certificateCard('/c/harbour-3.1.3+001-42.json', shown(good), { deployment: drive().now() })
    expect(card).toMatchObject({ tone: 'good', title: '#42: the certificate of Harbour 3.1.3+001' })
    expect(card.files.map(({ name }) => name)).toEqual([
      'harbour-3.1.3+001-42.json',
      'harbour-3.1.3+001-42.txt',
      'slipway.pub',
    ])
    expect(card.pictures).toHaveLength(1)
  })

  test('of one that does not says what does not match, and has no picture', () => {
    const card = certificateCard('/c/x.json', shown(good, bad), { deployment: drive().now(), takenBack: 43 })
    expect(card).toMatchObject({ tone: 'bad', title: 'The certificate of Harbour 3.1.3+001 does not hold' })
    expect(textOf(card)).toContain('harbour-3.1.2+001-41.json is missing')
    expect(textOf(card)).toContain('rolled back later, by #43')
    expect(card).not.toHaveProperty('pictures')
  })
})
