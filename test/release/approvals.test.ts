/** Who counts at a gate: a second person, the one who asked, an admin who goes past them, and one who takes it back. */
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/release/actor.ts'
import { approvalsIn, type PressEvent, refusePress } from '../../src/release/approvals.ts'
import { certificateOf } from '../../src/release/certificate/issue.ts'
import { certificateText } from '../../src/release/certificate/text.ts'
import { firstReminderAt, type Gate } from '../../src/release/gate.ts'
import { replay } from '../../src/release/machine.ts'
import type { Project } from '../../src/release/project.ts'
import { cardsFor } from '../../src/release/report.ts'
import { ANA, BEN, drive, person, project } from './sample.ts'

const CLEO = person('cleo')
const BEN_IN_SLACK = person('UBEN', { platform: 'slack', name: 'Ben' })
const IN_SLACK = person('UANA', { platform: 'slack', name: 'Ana' })
const terminal = (...names: string[]) => ({
  slack: { users: [], groups: [] },
  discord: { users: [], roles: [] },
  terminal: names,
})
const of = (approvals: Partial<Project['approvals']>, more: Partial<Project> = {}): Project => ({
  ...project,
  ...more,
  approvals: { ...project.approvals, ...approvals },
})
const admins = {
  access: { ...project.access, admin: ['owners'] },
  roles: { ...project.roles, owners: terminal('cleo') },
}

function atGate(configured: Project, requester: Actor = ANA) {
  const hand = drive(configured, { requester })
  hand.start()
  hand.run()
  return hand
}

type Hand = ReturnType<typeof atGate>

function press(hand: Hand, actor: Actor, more: Partial<PressEvent> = {}) {
  const gate = hand.now().gates.at(-1)
  const event = { type: 'pressed', gate: gate?.id, digest: gate?.digest, choice: 'approve', actor, ...more }
  const refused = refusePress(hand.now(), { at: hand.time() + 1_000, ...event } as PressEvent)
  hand.send(event as never)
  return refused?.code ?? hand.now().gates.at(-1)?.status
}

describe('where a second person has to look', () => {
  test.each<[string, Project, readonly (readonly [Actor, Partial<PressEvent>])[], readonly string[]]>([
    ['the one who asked does not count', project, [[ANA, {}]], ['gate.requester']],
    ['nor under another account', project, [[person('UANA', { platform: 'slack' }), {}]], ['gate.not-granted']],
    ['somebody under people does', project, [[BEN, {}]], ['approved']],
    ['on every platform', project, [[BEN_IN_SLACK, {}]], ['approved']],
    [
      'an account that is nobody’s does not',
      of({}, { people: { ana: { terminal: 'ana' } } }),
      [[BEN, {}]],
      ['gate.unknown-person'],
    ],
    [
      'nor where it is not known who asked',
      of({}, { people: { ben: { terminal: 'ben' } } }),
      [[BEN, {}]],
      ['gate.unknown-person'],
    ],
    [
      'one person is one on two platforms',
      of({ needed: 2 }),
      [
        [BEN, {}],
        [BEN_IN_SLACK, {}],
      ],
      ['open', 'gate.twice'],
    ],
    [
      'two are two',
      of({ needed: 2 }),
      [
        [BEN, {}],
        [CLEO, {}],
      ],
      ['open', 'approved'],
    ],
  ])('%s', (_, configured, presses, expected) => {
    const hand = atGate(configured)
    expect(presses.map(([actor, more]) => press(hand, actor, more))).toEqual(expected)
  })

  test('the refusal of an account that is nobody’s holds the line to add', () => {
    const hand = atGate(of({}, { people: { ana: { terminal: 'ana' } } }))
    const gate = hand.now().gates.at(-1)
    const event = {
      type: 'pressed',
      gate: gate?.id,
      digest: gate?.digest,
      choice: 'approve',
      actor: BEN,
      at: hand.time(),
    }
    expect(refusePress(hand.now(), event as PressEvent)?.lines).toBe('people:\n  ben: { terminal: "ben" }')
  })
})

describe('who releases alone', () => {
  const alone = of({ requesterMayApprove: true })

  test.each([
    ['does not approve by a press alone', undefined, 'gate.type-version'],
    ['does not approve another version', '3.1.2+001', 'gate.type-version'],
    ['approves by typing the version', '3.1.3+001', 'approved'],
  ])('%s', (_, typed, expected) => {
    expect(press(atGate(alone), ANA, typed === undefined ? {} : { typed })).toBe(expected)
  })

  test('types it from an account on another platform too, and in a group that was joined since', () => {
    const approvers = { ...terminal('ana'), slack: { users: [], groups: ['SREL'] } }
    const hand = atGate({ ...alone, roles: { ...alone.roles, managers: approvers } }, IN_SLACK)
    expect(press(hand, ANA)).toBe('gate.type-version')
    expect(press(hand, { ...IN_SLACK, groups: ['SREL'] })).toBe('gate.type-version')
    expect(press(hand, ANA, { typed: '3.1.3+001' })).toBe('approved')
  })

  test('is told what to type on the question itself; another person just presses', () => {
    const hand = atGate(alone)
    const gate = cardsFor(hand.now(), hand.time()).find(({ key }) => key.includes('gate:'))?.card
    expect(gate?.buttons[0]).toMatchObject({ command: 'approve #42', types: '3.1.3+001' })
    expect(gate?.buttons[0]).not.toHaveProperty('key')
    expect(press(hand, BEN)).toBe('approved')
  })
})

test.each(['aur-submit', 'rollback'] as const)('the question %s says where builds run without isolation', (name) => {
  const of = (kind: 'none' | 'user') => {
    const isolation = kind === 'none' ? { kind } : { kind, user: 'builder' }
    const hand = atGate({ ...project, build: { ...project.build, isolation } })
    const gates = hand.now().gates.map((gate) => ({ ...gate, name }))
    const cards = cardsFor({ ...hand.now(), gates }, hand.time())
    return JSON.stringify(cards.find(({ key }) => key.includes('gate:'))?.card)
  }
  expect(of('none')).toContain('Builds run without isolation')
  expect(of('user')).not.toContain('without isolation')
})

describe('an override', () => {
  const configured = of({ needed: 2 }, admins)
  const late = (hand: Hand) => {
    const gate = hand.now().gates.at(-1)
    return gate === undefined ? 0 : firstReminderAt(gate)
  }

  test('takes an admin, and half of the time of the question', () => {
    const hand = atGate(configured)
    const override = 'ben is on a ship'
    expect(press(hand, CLEO, { override, at: late(hand) - 1 })).toBe('gate.override-early')
    expect(press(hand, BEN, { override, at: late(hand) })).toBe('access.not-granted')
    expect(press(hand, { ...CLEO, vouched: false }, { override, at: late(hand) })).toBe('gate.unvouched')
    expect(press(hand, CLEO, { override, at: late(hand) })).toBe('approved')
    expect(replay(hand.journal)).toEqual(hand.now())
  })

  test('of a rollback, which never expires, is possible after an hour, however long a release may wait', () => {
    const hand = atGate({ ...configured, approvals: { ...configured.approvals, expireHours: 72 } })
    const { expiresAt: _, ...never } = hand.now().gates.at(-1) as Gate
    const asked = { ...hand.now(), gates: [{ ...never, name: 'rollback' as const }] }
    const override = { type: 'pressed', gate: never.id, digest: never.digest, choice: 'approve', actor: CLEO } as const
    const at = (minutes: number) =>
      refusePress(asked, { ...override, override: 'ben left', at: never.openedAt + minutes * 60_000 })?.code
    expect(at(59)).toBe('gate.override-early')
    expect(at(60)).toBeUndefined()
  })

  test('approves, and takes nothing back', () => {
    const hand = atGate(configured)
    press(hand, BEN)
    for (const at of [hand.time(), late(hand)])
      for (const choice of ['revoke', 'deny'] as const)
        expect(press(hand, BEN, { choice, override: 'anything', at })).toBe('gate.override-alone')
    expect(hand.now().gates.at(-1)?.status).toBe('open')
  })

  test('stands on the face of the certificate', () => {
    const hand = atGate(configured)
    press(hand, CLEO, { override: 'ben is on a ship', at: late(hand) })
    const certificate = certificateOf(hand.now(), hand.time())
    expect(certificate.approvals).toMatchObject([{ override: 'ben is on a ship' }])
    expect(certificateText(certificate).split('\n').slice(0, 6).join('\n')).toContain('ben is on a ship')
    expect(certificate.configuration).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('an approval', () => {
  test('is taken back by whoever gave it, and then counts no longer', () => {
    const hand = atGate(of({ needed: 2 }))
    expect([press(hand, BEN), press(hand, BEN, { choice: 'revoke' }), press(hand, CLEO)]).toEqual([
      'open',
      'open',
      'open',
    ])
    const gate = hand.now().gates.at(-1)
    expect(gate && approvalsIn(hand.now(), gate).map(({ actor }) => actor.name)).toEqual(['cleo'])
    expect(press(hand, BEN)).toBe('approved')
    expect(replay(hand.journal)).toEqual(hand.now())
  })

  test('is not taken back by others, nor once what it allows has begun', () => {
    const hand = atGate(of({ needed: 2 }))
    press(hand, BEN)
    expect(press(hand, CLEO, { choice: 'revoke' })).toBe('gate.nothing-to-revoke')
    press(hand, CLEO)
    expect(press(hand, CLEO, { choice: 'revoke' })).toBe('gate.revoke-late')
  })
})
