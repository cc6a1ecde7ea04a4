import { describe, expect, test } from 'vitest'
import type { StepState } from '../../src/release/deployment.ts'
import { learnedPlan } from '../../src/release/learned.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import { estimate } from '../../src/release/timeline.ts'
import { project } from './sample.ts'

const MINUTE = 60_000

const planned = (
  id: string,
  minutes: number,
  needs: readonly string[],
  phase: PlannedStep['phase'] = 'build',
): PlannedStep => ({
  id,
  name: 'build.target',
  phase,
  title: id,
  effect: 'local',
  minutes,
  needs,
  settles: false,
  interruptible: true,
})

/** linux 10 > package 3 > submit 5, beside web 10 > stage 2, which the submit waits for too. */
const PLAN = [
  planned('linux', 10, []),
  planned('web', 10, []),
  planned('package', 3, ['linux']),
  planned('stage', 2, ['web'], 'vps'),
  planned('submit', 5, ['package', 'stage'], 'aur'),
]

const state = (status: StepState['status'], beganAt?: number, endedAt?: number): StepState => ({
  status,
  attempt: 1,
  stale: false,
  evidence: {},
  notes: [],
  ...(beganAt === undefined ? {} : { beganAt: beganAt * MINUTE }),
  ...(endedAt === undefined ? {} : { endedAt: endedAt * MINUTE }),
})

describe('the estimate', () => {
  test('is the longest way through the plan, not the sum of its steps', () => {
    expect(estimate(PLAN, {}, 0)).toMatchObject({
      totalMinutes: 18,
      remainingMinutes: 18,
      sumMinutes: 30,
      waitsFor: 'linux',
    })
  })

  type Case = readonly [
    when: string,
    steps: Record<string, StepState>,
    now: number,
    left: number,
    waitsFor: string | undefined,
  ]
  const CASES: readonly Case[] = [
    ['a running step is done in part', { linux: state('running', 0), web: state('running', 0) }, 4, 14, 'linux'],
    [
      'a late step is given half a minute more',
      { linux: state('running', 0), web: state('done', 0, 9), stage: state('done', 9, 11) },
      50,
      8.5,
      'linux',
    ],
    [
      'what is done counts nothing',
      { linux: state('done', 0, 9), package: state('done', 9, 10), web: state('running', 0) },
      10,
      7.5,
      'web',
    ],
    [
      'waiting for a person counts nothing, however long',
      {
        linux: state('done', 0, 9),
        package: state('done', 9, 10),
        web: state('done', 0, 9),
        stage: state('done', 9, 10),
        submit: state('waiting', 10),
      },
      600,
      5,
      'submit',
    ],
    [
      'after a failure the step counts whole again',
      { linux: state('failed', 0, 9), web: state('done', 0, 9), stage: state('done', 9, 10) },
      10,
      18,
      'linux',
    ],
    [
      'at the end nothing is left',
      Object.fromEntries(PLAN.map(({ id }) => [id, state('done', 0, 1)])),
      9,
      0,
      undefined,
    ],
  ]

  test.each(CASES)('%s', (_, steps, now, left, waitsFor) => {
    const { remainingMinutes, waitsFor: found } = estimate(PLAN, steps, now * MINUTE)
    expect([remainingMinutes, found]).toEqual([left, waitsFor])
  })

  test('what was learned replaces what was planned: for one step, or for every item of it', () => {
    const run = (minutes: Record<string, number>) => ({ status: 'complete', kind: 'release', minutes })
    expect(estimate(learnedPlan(PLAN, [run({ linux: 1, web: 1 })]), {}, 0).totalMinutes).toBe(9)
    expect(estimate(learnedPlan(PLAN, [run({ 'build.target:mac': 2 })]), {}, 0).totalMinutes).toBe(6)
  })

  test('a phase counts the time in which any of its steps ran, once', () => {
    const steps = {
      linux: state('done', 0, 6),
      web: state('done', 4, 8),
      package: state('running', 20),
      submit: state('waiting', 8),
    }
    const { phases } = estimate(PLAN, steps, 21 * MINUTE)
    expect(phases.build).toEqual({ plannedMinutes: 13, elapsedMinutes: 9 })
    expect(phases.aur).toEqual({ plannedMinutes: 5, elapsedMinutes: 0 })
    expect(phases.finish).toEqual({ plannedMinutes: 0, elapsedMinutes: 0 })
  })
})

describe('the plan of one server', () => {
  const vps = project.vps && { ...project.vps, hosts: project.vps.hosts.slice(0, 1) }
  const plan = planFor(vps === undefined ? project : { ...project, vps })

  test('takes at most 62 minutes side by side, and about the 90 of the workflow one after another', () => {
    const { totalMinutes, sumMinutes } = estimate(plan, {}, 0)
    expect(totalMinutes).toBeLessThanOrEqual(62)
    expect(Math.abs(sumMinutes - 90)).toBeLessThanOrEqual(5)
  })

  test('waits for the package, not for the web: Linux is on the longest way', () => {
    const checked = plan.filter(({ phase }) => phase === 'preflight' || phase === 'version')
    const steps = Object.fromEntries(checked.map(({ id }) => [id, state('done', 0, 1)]))
    expect(estimate(plan, steps, MINUTE).waitsFor).toBe('build.clean:linux')
  })
})
