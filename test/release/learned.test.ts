/** What is learned of the releases before, and what the cards make of it. */
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/release/deployment.ts'
import { durationsOf, learnedPlan, lookedBackOn } from '../../src/release/learned.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import { problem } from '../../src/release/problems.ts'
import { firstCard } from '../../src/release/report/first.ts'
import { headline } from '../../src/release/report/progress.ts'
import { estimate } from '../../src/release/timeline.ts'
import { BEN, drive, project } from './sample.ts'

const MINUTE = 60_000
const LINUX = 'build.target:linux'

const run = (minutes: Record<string, number>, more = {}) => ({ status: 'complete', kind: 'release', minutes, ...more })
const usual = (past: Parameters<typeof learnedPlan>[1], id = LINUX) =>
  learnedPlan(planFor(project), past).find((step) => step.id === id)?.usual

describe('what a step usually takes', () => {
  const took = (...minutes: number[]) => minutes.map((each) => run({ [LINUX]: each }))
  test.each([
    ['is not known before the first release', [], undefined],
    ['is what the only run took', took(7), { median: 7, p90: 7, runs: 1 }],
    ['is the middle of the runs, and what nine of ten took', took(9, 1, 5, 2, 30), { median: 5, p90: 30, runs: 5 }],
    ['is between the two in the middle', took(2, 4), { median: 3, p90: 4, runs: 2 }],
    [
      'is learned from the last twenty runs alone',
      [...took(...Array(20).fill(3)), ...took(...Array(20).fill(90))],
      { median: 3, p90: 3, runs: 20 },
    ],
    [
      'is not learned from what was not completed, nor from a rollback',
      [run({ [LINUX]: 1 }, { status: 'failed' }), run({ [LINUX]: 1 }, { kind: 'rollback' }), run({ [LINUX]: 8 })],
      { median: 8, p90: 8, runs: 1 },
    ],
    [
      'is, for a target that is new, what the others take',
      [run({ 'build.target:mac': 4 })],
      { median: 4, p90: 4, runs: 1 },
    ],
  ])('%s', (_, past, expected) => {
    expect(usual(past)).toEqual(expected)
  })

  test('leaves the time of the people who answer out', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.press(BEN, 'approve', { at: hand.time() + 3 * 60 * MINUTE })
    hand.run()
    const took = durationsOf(hand.now())
    expect(took['aur.submit']).toBeCloseTo(1 / 60, 2)
    expect(Object.keys(took)).toHaveLength(hand.now().plan.length)
  })
})

describe('a release that was learned', () => {
  const past = (runs: number) => Array.from({ length: runs }, () => run({ [LINUX]: 4 }))
  const building = (runs: number) => {
    const hand = drive(project, { plan: learnedPlan(planFor(project), past(runs)) } as never)
    hand.start()
    hand.until(LINUX)
    return hand.now()
  }
  const says = (deployment: Deployment, minutes: number) => {
    const now = (deployment.steps[LINUX]?.beganAt ?? 0) + minutes * MINUTE
    return headline(deployment, estimate(deployment.plan, deployment.steps, now), now, {})
  }

  test('says on its first card what the estimate comes from', () => {
    const deployment = building(3)
    expect(JSON.stringify(firstCard(deployment, deployment.requestedAt, {}))).toContain(
      'learned from the last 3 releases, without the time people take to answer',
    )
  })

  test('says once that a step is late, when it takes longer than nine of ten runs', () => {
    expect(says(building(5), 4)).not.toContain('late')
    expect(says(building(5), 5.5)).toMatch(
      /ends about .*Build: linux is late: of its last 5 runs, nine of ten took at most 4 min\.$/,
    )
  })

  test('calls nothing late after fewer than five runs', () => {
    expect(says(building(4), 60)).not.toContain('late')
  })
})

test.each([
  ['what a cancel ended', problem('step.cancelled', { step: 'Build: linux', number: 42 }), undefined],
  ['what failed before it', problem('build.failed', { target: 'linux', command: 'make', code: 'code 1' }), 'build'],
])('of a cancelled deployment %s counts as a failure only where it is one', (_, why, phase) => {
  const hand = drive()
  hand.start()
  hand.until(LINUX)
  if (phase === undefined) hand.send({ type: 'cancelled', actor: BEN } as never)
  hand.settle(LINUX, { ok: false, problem: why })
  if (phase !== undefined) hand.send({ type: 'cancelled', actor: BEN } as never)
  for (const id of hand.running()) hand.settle(id)
  expect(hand.now().status).toBe('cancelled')
  const looked = lookedBackOn(hand.now())
  expect('failedIn' in looked ? looked.failedIn : undefined).toBe(phase)
})
