/** What the last releases of a project teach about the next one: how long each of its steps usually takes. */
import type { Deployment, StepState } from './deployment.ts'
import { busyIn, lengthOf, spansOf } from './picture/spans.ts'
import type { PlannedStep, Usual } from './plan.ts'

/** Minutes, decimal, by step id. People's waiting is in none of them. */
export type Durations = Readonly<Record<string, number>>

/** An ended deployment, as it is remembered. */
interface Run {
  readonly status: string
  readonly kind: string
  readonly minutes?: Durations
}

/** The plan with what each step usually takes, by the newest of the runs that were completed; the newest come first. */
export function learnedPlan(plan: readonly PlannedStep[], past: readonly Run[]): readonly PlannedStep[] {
  const runs = past
    .filter(({ status, kind }) => status === 'complete' && kind === 'release')
    .flatMap(({ minutes }) => (minutes === undefined ? [] : [minutes]))
    .slice(0, LOOK_BACK)
  return plan.map((step) => {
    const usual = usualOf(step, runs)
    return usual === undefined ? step : { ...step, usual }
  })
}

/** How long the steps of a deployment took that came to their end: the last attempt of each, from its start and no sooner. */
export function durationsOf({ plan, steps }: Pick<Deployment, 'plan' | 'steps'>): Durations {
  const took = plan.flatMap(({ id }): [string, number][] => {
    const { status, beganAt, endedAt } = steps[id] ?? {}
    if (status !== 'done' || beganAt === undefined || endedAt === undefined) return []
    return [[id, rounded(endedAt - beganAt)]]
  })
  return Object.fromEntries(took)
}

/** What the history counts of an ended deployment: how long anything ran, where it failed first, how long the way back took. */
export function lookedBackOn(deployment: Deployment) {
  const { plan, steps, startedAt, endedAt, kind, status } = deployment
  if (endedAt === undefined) return {}
  const failed = plan
    .flatMap(({ id, phase }) => failuresOf(steps[id]).map(({ from, to }) => ({ phase, from, to })))
    .toSorted((a, b) => a.to - b.to)[0]
  const since = kind === 'rollback' ? startedAt : failed?.to
  return {
    worked: rounded(lengthOf(busyIn(spansOf(deployment, endedAt)))),
    ...(failed && { failedIn: failed.phase }),
    ...(status === 'rolled back' && since !== undefined && { backAfter: rounded(endedAt - since) }),
  }
}

/** What a cancel ended has not failed. */
function failuresOf({ failures = [], problem }: Partial<StepState> = {}) {
  return problem?.code === 'step.cancelled' ? failures.slice(0, -1) : failures
}

/** Minutes of ms, to a thousandth. */
function rounded(length: number): number {
  return Math.max(0, Math.round(length / (MINUTE / 1000)) / 1000)
}

/** Enough to know what is usual, and few enough that a faster build shows within a month or two. */
const LOOK_BACK = 20
const MINUTE = 60_000

/** A server or target that was in none of the runs is expected to be like the others. */
function usualOf({ id, name }: PlannedStep, runs: readonly Durations[]): Usual | undefined {
  const own = runs.flatMap((run) => run[id] ?? [])
  const alike = runs.flatMap((run) =>
    Object.entries(run).flatMap(([each, took]) => (each.split(':')[0] === name ? [took] : [])),
  )
  const sorted = (own.length > 0 ? own : alike).filter((took) => took >= 0).toSorted((a, b) => a - b)
  if (sorted.length === 0) return undefined
  return { median: median(sorted), p90: sorted[Math.ceil(0.9 * sorted.length) - 1] ?? 0, runs: sorted.length }
}

/** Of sorted numbers; NaN of none. */
export function median(sorted: readonly number[]): number {
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, each) => sum + each, 0) / middle.length
}
