import fc from 'fast-check'
import { expect, test } from 'vitest'
import { approvedOption, digestOf } from '../../src/release/approvals.ts'
import type { Deployment, Place } from '../../src/release/deployment.ts'
import { TREE } from '../../src/release/diagnosis/tree.ts'
import { ancestors } from '../../src/release/machine/due.ts'
import { takenUp } from '../../src/release/machine/hold.ts'
import { scriptsOf } from '../../src/release/machine/slot.ts'
import { replay } from '../../src/release/machine.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import { type ProblemCode, problem } from '../../src/release/problems.ts'
import { FIXES } from '../../src/release/recovery.ts'
import { chooseStep, undoChoices, undoPlan } from '../../src/release/undo.ts'
import { ANA, BEN, content, drive, person, project } from '../release/sample.ts'

const { aur: _, ...withoutAur } = project
const heard = { ...project, channels: { slack: ['C1'], discord: ['1'] } }
const PROJECTS = [
  heard,
  withoutAur,
  { ...project, approvals: { ...project.approvals, needed: 2 } },
  { ...heard, mirror: true },
]
const PLACES: readonly Place[] = [
  { platform: 'terminal', channel: 'tty' },
  { platform: 'slack', channel: 'C1' },
  { platform: 'discord', channel: '1' },
]
const broken = { ok: false, problem: problem('step.bug', { step: 'x', message: 'y', number: 42 }) }
const known = (code: ProblemCode) => ({ ok: false, problem: problem(code, {} as never) }) as const
/** Failures that the troubleshooting tree knows, of every branch, and one that it does not. */
const FAILURES = [
  broken,
  ...(['build.failed', 'aur.checksum-mismatch', 'vps.status-failed', 'vps.unreachable', 'verify.failed'] as const).map(
    known,
  ),
]
const ANSWERS = Object.values(TREE).flatMap(({ questions }) => questions.flatMap(({ answers }) => Object.keys(answers)))
const previous = { release: { version: '3.1.2', build: '001', full: '3.1.2+001' }, sources: ['journal'] }
const PLANS = ['phase', 'everything', 'everything-epoch']
const OPTIONS = PLANS.map((name) => ({ name, label: name, bound: { name } }))
const UNDO = [{ ...chooseStep(), id: 'rollback.git', name: 'rollback.git' as const, effect: 'outside' as const }]
const STEPS = [...planFor(project).map(({ id }) => id), 'rollback.choose', 'rollback.git', 'fix.restart:one.1']

const outcome = fc.oneof(
  { weight: 40, arbitrary: fc.constant('ok' as const) },
  { weight: 1, arbitrary: fc.constantFrom('moved' as const, 'broken' as const, 'changed' as const) },
)

/** One move of the world or of a person: sensible ones that move things on, and any event with any content. */
const move = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('settle' as const), pick: fc.nat(200), with: outcome }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('press' as const),
      who: fc.constantFrom(ANA, BEN, person('cleo'), person('eve'), person('ben', { vouched: false })),
      choice: fc.constantFrom('approve' as const, 'approve' as const, 'deny' as const),
      digest: fc.constantFrom('shown', 'shown', 'other'),
      place: fc.constantFrom(...PLACES),
      plan: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('accept' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollback' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wake' as const), hours: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      really: fc.constantFrom(true, false, false, false, false, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('garbage' as const),
      event: fc.record({
        type: fc.constantFrom(
          'started',
          'begun',
          'intended',
          'asked',
          'settled',
          'pressed',
          'woken',
          'retried',
          'planned',
          'stopped',
          'accepted',
          'rollback-asked',
          'acknowledged',
          'joined',
          'posted',
          'resumed',
          'reconfigured',
          'freed',
          'requested',
        ),
        step: fc.oneof(fc.constantFrom(...STEPS), fc.string()),
        attempt: fc.nat(4),
        part: fc.constantFrom('ask', 'run', 'end'),
        gate: fc.constantFrom('aur-submit.1', 'aur-submit.2', 'vps-switch.1', 'rollback.1', ''),
        digest: fc.constantFrom(
          digestOf({ commit: 'a' }),
          digestOf({ commit: 'b' }),
          digestOf({ commit: 'a', name: 'everything' }),
          '',
        ),
        steps: fc.constantFrom([chooseStep()], UNDO, []),
        offers: fc.constant([]),
        offer: fc.constantFrom('fix.restart:one.1', ''),
        choice: fc.constantFrom('approve', 'deny'),
        actor: fc.constantFrom(ANA, BEN, person('eve')),
        place: fc.constantFrom(...PLACES),
        outcome: fc.constantFrom(
          { ok: true, evidence: {} },
          { ok: true, evidence: { commit: 'z' } },
          broken,
          { ...broken, over: true },
          {
            ok: false,
            changed: content('b'),
          },
        ),
        content: fc.constantFrom(content('a'), content('b')),
        changes: fc.constant([]),
        more: fc.nat(3),
        away: fc.nat(40),
        intent: fc.constantFrom({}, { host: 'one', job: '/job' }),
        key: fc.string(),
        message: fc.constant({ platform: 'terminal', channel: 'x', id: 'y' }),
      }),
    }),
  },
)

type Hand = ReturnType<typeof drive>

/** What a gate shows: a rollback's offers its plans. */
const shown = (step: string, text: string) =>
  step === 'rollback.choose' ? { ...content(text), options: OPTIONS } : content(text)
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

function play(hand: Hand, one: Move): void {
  switch (one.do) {
    case 'settle': {
      const busy = hand.now().plan.filter(({ id }) => ['running', 'asking'].includes(hand.is(id) ?? ''))
      const planned = busy[one.pick % Math.max(1, busy.length)]
      if (planned === undefined) return
      const { attempt, status } = hand.now().steps[planned.id] ?? { attempt: 0, status: 'pending' }
      if (status === 'asking' && one.with !== 'broken') {
        hand.send({
          type: 'asked',
          step: planned.id,
          attempt,
          content: shown(planned.id, one.with === 'moved' ? 'b' : 'a'),
        } as never)
        return
      }
      const OUTCOMES = {
        ok: {
          ok: true,
          evidence: planned.id.startsWith('probe.')
            ? { answer: ANSWERS[one.pick % ANSWERS.length], found: 'seen' }
            : planned.id === 'preflight.origin'
              ? { base: 'b1' }
              : planned.id.startsWith('version.')
                ? { commit: 'c1' }
                : {},
        },
        moved: { ok: true, evidence: { base: `b${one.pick}`, commit: `c${one.pick}` } },
        broken: FAILURES[one.pick % FAILURES.length],
        changed: { ok: false, changed: shown(planned.id, `x${one.pick}`) },
      }
      hand.settle(planned.id, OUTCOMES[one.with] as never)
      return
    }
    case 'press':
      hand.press(one.who, one.choice, {
        place: one.place,
        ...(one.digest === 'other' ? { digest: 'other' } : optionOf(hand, one.plan)),
      })
      return
    case 'accept': {
      const offer = hand.now().stops.at(-1)?.offers?.[0]?.id ?? 'none'
      hand.send({ type: 'accepted', offer, actor: ANA } as never)
      return
    }
    case 'rollback':
      hand.send({ type: 'rollback-asked', actor: ANA } as never)
      return
    case 'retry':
      hand.send({ type: 'retried', actor: ANA } as never)
      return
    case 'wake':
      hand.send({ type: 'woken', at: hand.time() + one.hours * 3_600_000 } as never)
      return
    case 'cancel':
      if (one.really) hand.send({ type: 'cancelled', actor: ANA } as never)
      return
    case 'garbage':
      hand.send(one.event as never)
  }
}

function optionOf(hand: Hand, plan: number): { readonly digest?: string } {
  const option = hand.now().gates.at(-1)?.options[plan]
  return option === undefined ? {} : { digest: option.digest }
}

/** Every undo step runs under the approval of the very plan that it belongs to, and a fix that asks under a press. */
function expectRecoveryAllowed(deployment: Deployment, step: string): void {
  const planned = deployment.plan.find(({ id }) => id === step)
  const name = planned?.name ?? ''
  if (planned?.phase === 'rollback' && name !== 'rollback.choose' && name !== 'rollback.incident') {
    const plan = approvedOption(deployment, 'rollback.choose')
    const choice = undoChoices(deployment).find((each) => each.name === plan)
    expect(deployment.gates.some((gate) => gate.name === 'rollback' && gate.used)).toBe(true)
    expect(choice && undoPlan(deployment, choice).map(({ id }) => id)).toContain(step)
  }
  if (name in FIXES && FIXES[name as keyof typeof FIXES].risk === 'asks')
    expect(deployment.stops.some(({ accepted }) => accepted?.offer === step)).toBe(true)
}

/** What every gated effect has to have behind it, checked at the moment it begins. */
function expectApproved(before: Deployment, after: Deployment, step: string): void {
  const gate = before.gates.findLast((each) => each.step === step) ?? after.gates.findLast((each) => each.step === step)
  const approved = after.gates.findLast((each) => each.step === step)
  expect(approved?.status).toBe('approved')
  expect(gate?.used).toBe(false)
  const press = approved?.presses.findLast(({ choice }) => choice === 'approve')
  const bound = approved?.content.options?.map((option) => digestOf({ ...approved.content.bound, ...option.bound }))
  expect(bound ?? [digestOf(approved?.content.bound ?? {})]).toContain(press?.digest)
  const people = new Set(
    approved?.presses.filter(({ choice }) => choice === 'approve').map(({ actor }) => actor.account),
  )
  expect(people.size).toBeGreaterThanOrEqual(before.project.approvals.needed)
  expect(people.has('eve')).toBe(false)
  if (gate?.name !== 'rollback') expect(people.has('ana')).toBe(false)
  for (const press of approved?.presses ?? []) {
    expect(press.actor.vouched).toBe(true)
    expect(press.at).toBeLessThan(approved?.expiresAt ?? Number.POSITIVE_INFINITY)
  }
}

/** Whoever was not shown a question has not answered it: all that counted came from home, from a mirror, or from the terminal. */
function expectAnsweredWhereAsked({ now, journal }: Hand): void {
  const { project, place: home } = now()
  for (const event of journal) {
    const from = event.type === 'pressed' ? event.place?.platform : undefined
    if (from !== undefined && from !== 'terminal' && from !== home.platform) expect(project.mirror).toBe(true)
  }
}

function expectNeedsDone(deployment: Deployment, step: string): void {
  for (const need of ancestors(deployment.plan, step))
    expect(`${need} ${deployment.steps[need]?.status}`).toBe(`${need} done`)
}

function expectNothingUnfinishedBeforePull(deployment: Deployment): void {
  const pull = deployment.plan.findIndex(({ name }) => name === 'vps.pull')
  const before = deployment.plan.slice(0, pull).filter(({ id }) => id !== 'aur.submit')
  for (const { id } of before) expect(`${id} ${deployment.steps[id]?.status}`).toBe(`${id} done`)
}

function expectNothingRuns(deployment: Deployment): void {
  const running = Object.values(deployment.steps).filter(({ status }) => status === 'running')
  if (deployment.freed === undefined) expect([...running, ...scriptsOf(deployment)]).toEqual([])
}

test('no sequence of events, valid or not, reaches a gated effect without its approval, out of order, or while it is held', () => {
  let submits = 0
  let undone = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...PROJECTS),
      fc.constantFrom(...PLACES),
      fc.boolean(),
      fc.array(move, { minLength: 40, maxLength: 200, size: 'max' }),
      (of, place, atGate, moves) => {
        const hand = drive(of, { previous, place })
        hand.start()
        if (atGate) hand.run()
        for (const one of moves) {
          const before = hand.now()
          const seen = hand.effects.length
          play(hand, one)
          for (const effect of hand.effects.slice(seen)) {
            if (effect.do !== 'run') continue
            expectNeedsDone(hand.now(), effect.step)
            expectRecoveryAllowed(hand.now(), effect.step)
            if (effect.step.startsWith('rollback.')) undone += 1
            const planned = hand.now().plan.find(({ id }) => id === effect.step)
            const gate = planned?.gate
            if (planned?.effect === 'outside') expect(hand.now().hold).toBeUndefined()
            if (gate === undefined) continue
            submits += 1
            expectApproved(before, hand.now(), effect.step)
            if (gate === 'aur-submit') expectNothingUnfinishedBeforePull(hand.now())
          }
        }
        expectAnsweredWhereAsked(hand)
      },
    ),
    { numRuns: 200, seed: 20 },
  )
  expect(submits).toBeGreaterThan(20)
  expect(undone).toBeGreaterThan(20)
})

test('replaying the journal gives the live state, whatever happened, and a cancelled one has nothing running that was not left to itself', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PROJECTS),
      fc.array(move, { minLength: 20, maxLength: 150, size: 'max' }),
      (of, moves) => {
        const hand = drive(of, { previous })
        hand.start()
        for (const one of moves) play(hand, one)
        if (hand.now().status === 'cancelled') expectNothingRuns(hand.now())
        expect(replay(JSON.parse(JSON.stringify(hand.journal)))).toEqual(hand.now())
      },
    ),
    { numRuns: 80 },
  )
})

test('a restart never holds up a deployment where it was short, however long a step ran, and always where it was long', () => {
  const MINUTE = 60_000
  const short = { min: 0, max: 15 * MINUTE - 1 }
  const long = fc.oneof(
    fc.integer({ min: 15 * MINUTE, max: 900 * MINUTE }),
    fc.integer({ min: -900 * MINUTE, max: -1 }),
  )
  const seen = { held: 0, not: 0 }
  fc.assert(
    fc.property(
      fc.array(move, { minLength: 1, maxLength: 100, size: 'max' }),
      fc.nat(900 * MINUTE),
      fc.oneof(fc.integer(short), long),
      (moves, quiet, away) => {
        const hand = drive(project, { previous })
        hand.start()
        for (const one of moves) play(hand, one)
        const { hold, status, lastEventAt } = hand.now()
        if (hold !== undefined || (status !== 'running' && status !== 'waiting')) return
        const lastAlive = lastEventAt + quiet
        hand.send(takenUp(hand.now(), { at: lastAlive + away, lastAlive }))
        const isLong = away < short.min || away > short.max
        expect(hand.now().hold !== undefined).toBe(isLong)
        seen[isLong ? 'held' : 'not'] += 1
      },
    ),
    { numRuns: 300, seed: 20 },
  )
  expect(Math.min(seen.held, seen.not)).toBeGreaterThan(20)
})

test('an event handed in twice counts once', () => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 20, maxLength: 100, size: 'max' }), (moves) => {
      const hand = drive(project, { previous })
      hand.start()
      for (const one of moves) play(hand, one)
      for (const event of hand.journal.filter(
        ({ type }) => !['posted', 'woken', 'retried', 'intended', 'resumed', 'cancelled'].includes(type),
      )) {
        const before = hand.now()
        const { previousDigest: __, ...again } = event
        hand.send(again as never)
        expect(hand.now().steps).toEqual(before.steps)
        expect(hand.now().gates).toEqual(before.gates)
      }
    }),
    { numRuns: 40 },
  )
})
