import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/release/deployment.ts'
import { branchOf } from '../../src/release/diagnosis/branches.ts'
import { TREE } from '../../src/release/diagnosis/tree.ts'
import { walksOf } from '../../src/release/diagnosis.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import { AUR } from '../../src/release/problems/aur.ts'
import { BUILD } from '../../src/release/problems/build.ts'
import { ISOLATION } from '../../src/release/problems/isolation.ts'
import { PREFLIGHT } from '../../src/release/problems/preflight.ts'
import { VERIFY } from '../../src/release/problems/verify.ts'
import { VERSION } from '../../src/release/problems/version.ts'
import { VPS } from '../../src/release/problems/vps.ts'
import { type Problem, type ProblemCode, problem } from '../../src/release/problems.ts'
import { FIXES, type FixName, PROBES, type ProbeName } from '../../src/release/recovery.ts'
import { BEN, content, drive, project } from '../release/sample.ts'

const previous = { release: { version: '3.1.2', build: '001', full: '3.1.2+001' }, sources: ['journal'], commit: 'p' }
const restarting = {
  ...project,
  vps: { ...project.vps, restart: ['systemctl', 'restart', 'web'] },
  verify: { ...project.verify, site: 'https://localhost' },
} as typeof project
const CODES = [AUR, BUILD, ISOLATION, PREFLIGHT, VERIFY, VERSION, VPS].flatMap((table) =>
  Object.keys(table),
) as ProblemCode[]
const branchFor = (code: ProblemCode) => branchOf(problem(code, {} as never))
/** Of every branch as often as of the others, and some that no branch knows. */
const anyCode = fc.oneof(
  ...Object.keys(TREE).map((branch) => fc.constantFrom(...CODES.filter((code) => branchFor(code) === branch))),
  fc.constantFrom(...CODES),
)
const BEFORE_GATE = [
  'preflight.aur',
  'version.push',
  'build.target:linux',
  'build.publish',
  'aur.test-package',
  'vps.stage:one',
]
const AFTER_GATE = ['aur.submit', 'vps.pull:one', 'vps.deploy:two', 'vps.status:one', 'verify.matrix', 'finish.push']
/** What a probe may answer: what its question knows, most often what leads on; what it does not; and nothing, where it could not look. */
const answersOf = (probe: string): readonly (string | undefined)[] => {
  const known = Object.values(TREE).flatMap(({ questions }) => questions.filter((each) => each.probe === probe))
  const words = known.flatMap(({ answers }) => Object.entries(answers))
  return [
    ...words.flatMap(([word, lead]) => (lead === 'next' ? Array(6).fill(word) : [word])),
    'something else',
    undefined,
  ]
}

const scenario = fc.record({
  step: fc.constantFrom(...BEFORE_GATE, ...AFTER_GATE),
  code: anyCode,
  answers: fc.array(fc.nat(100), { minLength: 1, maxLength: 12 }),
  fixed: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  accepts: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
})

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never
type Hand = ReturnType<typeof drive>

/** Plays a step that fails again and again, with any answers, to where nobody but a person can go on. */
function play({ step, code, answers, fixed, accepts }: Scenario) {
  const hand = failing(step)
  const pressed = new Set<string>()
  const ran: { readonly planned: PlannedStep; readonly late: boolean }[] = []
  const turn = <T>(values: readonly T[], at: number) => values[at % values.length] as T
  let [moves, looked, mended, offered] = [0, 0, 0, 0]
  for (; moves < 300; moves += 1) {
    const id = hand.running()[0]
    const planned = hand.now().plan.find((each) => each.id === id)
    if (planned === undefined) {
      if (approveAgain(hand)) continue
      const offer = hand.now().stops.at(-1)?.offers?.[0]
      if (hand.now().status !== 'stopped' || offer === undefined || !turn(accepts, offered++)) break
      pressed.add(offer.id)
      hand.send({ type: 'accepted', offer: offer.id, actor: BEN } as never)
    } else if (planned.name in PROBES) {
      hand.settle(planned.id, said(turn(answersOf(planned.name), turn(answers, looked++))))
    } else if (planned.name in FIXES) {
      const { item } = planned
      const isPublic = hand.is('build.publish') === 'done' && (item === undefined || item === 'linux')
      ran.push({ planned, late: hand.now().frozen || isPublic })
      hand.settle(planned.id, turn(fixed, mended++) ? { ok: true, evidence: {} } : failure('troubleshoot.no-family'))
    } else hand.settle(planned.id, planned.id === step ? failure(code) : { ok: true, evidence: {} })
  }
  return { hand, ran, pressed, moves }
}

/** A fix that made the package again leads to the gate again. */
function approveAgain(hand: Hand): boolean {
  const asking = hand.now().plan.find(({ id, gate }) => gate !== 'rollback' && hand.is(id) === 'asking')
  if (asking === undefined) return false
  const attempt = hand.now().steps[asking.id]?.attempt
  hand.send({ type: 'asked', step: asking.id, attempt, content: content('a') } as never)
  hand.press(BEN)
  return true
}

/** A deployment in which the step runs. */
function failing(step: string): Hand {
  const hand = drive(restarting, { previous })
  hand.start()
  if (AFTER_GATE.includes(step)) {
    hand.run()
    hand.press(BEN)
  }
  hand.until(step)
  return hand
}

const failure = (code: ProblemCode): Outcome => ({ ok: false, problem: problem(code, {} as never) })
const said = (answer: string | undefined): Outcome =>
  answer === undefined ? failure('troubleshoot.blind') : { ok: true, evidence: { answer, found: answer } }

describe('whatever fails, and whatever the probes answer', () => {
  /** Each play takes a whole deployment through the machine, so all tests look at the same ones. */
  const plays = fc.sample(scenario, { seed: 42, numRuns: 400 }).map((one) => ({ ...play(one), one }))

  test('the tree ends: mended, at a person, or at the question for a rollback', () => {
    for (const { hand, moves, one } of plays) {
      const asksForRollback = hand.is('rollback.choose') === 'asking' || hand.now().status === 'waiting'
      const ends = ['stopped', 'complete'].includes(hand.now().status) || asksForRollback
      expect({ one, ends, isBounded: moves < 300 }).toEqual({ one, ends: true, isBounded: true })
    }
  })

  test('there are at most two rounds of fixing, and no fix is done twice for the same cause', () => {
    for (const { hand, ran, one } of plays) {
      const rounds = [...walksOf(hand.now()).values()].map(([first]) => first?.walk?.step)
      const most = Math.max(0, ...rounds.map((step) => rounds.filter((each) => each === step).length))
      const causes = ran.map(({ planned: { name, item, walk } }) => `${name} ${item} ${walk?.step} ${walk?.code}`)
      expect({ one, most: Math.max(2, most), causes }).toEqual({ one, most: 2, causes: [...new Set(causes)] })
    }
  })

  test('a fix that asks never runs unpressed', () => {
    for (const { ran, pressed, one } of plays) {
      const asking = ran.filter(({ planned }) => FIXES[planned.name as FixName].risk === 'asks')
      const unpressed = asking.filter(({ planned }) => !pressed.has(planned.id))
      expect({ one, unpressed }).toEqual({ one, unpressed: [] })
    }
  })

  test('what is public or frozen is not built or committed anew', () => {
    for (const { ran, one } of plays) {
      const late = ran.filter((each) => each.late && 'early' in FIXES[each.planned.name as FixName])
      expect({ one, late }).toEqual({ one, late: [] })
    }
  })

  test('and the plays are worth something: every kind of fix is done in some of them', () => {
    const done = new Set(plays.flatMap(({ ran }) => ran.map(({ planned }) => planned.name)))
    expect(Object.keys(FIXES).filter((name) => !done.has(name as FixName))).toEqual([])
  })
})

describe('the tree', () => {
  const failureOf = (code: ProblemCode): Problem => problem(code, {} as never)

  test.each([
    'aur.not-maintainer',
    'aur.key-refused',
    'aur.host-key',
    'aur.version-lower',
    'build.address-taken',
    'build.tag-elsewhere',
    'vps.refused-key',
    'vps.host-key-changed',
    'vps.host-key-unknown',
    'vps.diverged',
    'preflight.remote-refused-key',
    'preflight.remote-read-only',
    'preflight.remote-host-key-changed',
    'version.push-protected',
    'step.deadline',
    'step.quiet',
  ] as const)('never retries a refusal: %s', (code) => expect(branchOf(failureOf(code))).toBeUndefined())

  test.each(['preflight.aur-silent', 'version.push-overtaken', 'vps.lost'] as const)(
    'waits out what can pass: %s',
    (code) => expect(branchOf(failureOf(code))).toBe('network'),
  )

  test('asks every probe that there is, and knows a way on from every branch', () => {
    const asked = Object.values(TREE).flatMap(({ questions }) => questions.map(({ probe }) => probe))
    expect((Object.keys(PROBES) as ProbeName[]).filter((name) => !asked.includes(name))).toEqual([])
    const fixes = JSON.stringify(TREE)
    expect(Object.keys(FIXES).filter((name) => !fixes.includes(name))).toEqual([])
  })

  test('does not keep whoever asks for a release waiting for what the pre-flight found', () => {
    const hand = failing('preflight.aur')
    hand.settle('preflight.aur', failure('preflight.aur-silent'))
    hand.run()
    expect([hand.now().status, walksOf(hand.now()).size]).toEqual(['stopped', 0])
  })

  test('finds the server to restart for a site that is down, though the site is of all servers', () => {
    const hand = failing('vps.status:one')
    hand.settle('vps.status:one', failure('vps.serves-nothing'))
    for (let id = hand.running()[0]; id !== undefined; id = hand.running()[0])
      hand.settle(id, id.startsWith('probe.') ? said(id.startsWith('probe.site') ? 'down' : 'else') : undefined)
    expect(
      hand
        .now()
        .stops.at(-1)
        ?.offers?.map(({ id }) => id),
    ).toEqual(['fix.restart:one.1'])
  })

  test('never adopts a public file that differs from the package that was built', () => {
    const question = TREE.aur.questions.find(({ probe }) => probe === 'probe.public-package')
    expect(question?.answers.other).toMatchObject({ person: expect.stringContaining('never adopted') })
  })
})
