/** How long a deployment takes: the longest way through its plan, what is left of it, and what it waits for. */
import type { StepState } from './deployment.ts'
import { PHASES, type PhaseName, type PlannedStep, RECOVERY_PHASES } from './plan.ts'

/** Minutes, decimal. People's waiting is in none of them. */
export interface Estimate {
  /** The longest way through the whole plan. */
  readonly totalMinutes: number
  /** The longest way through what is not done yet. */
  readonly remainingMinutes: number
  /** Every step after the other. */
  readonly sumMinutes: number
  /** The step that the end waits for now; absent when nothing is left. */
  readonly waitsFor?: string
  readonly phases: Readonly<Record<PhaseName, PhaseTime>>
}

interface PhaseTime {
  /** Its longest way, without what it needs of other phases. */
  readonly plannedMinutes: number
  /** Time in which at least one of its steps ran, up to now. */
  readonly elapsedMinutes: number
}

const MINUTE = 60_000
/** What a step that runs longer than planned is still given. */
const LATE = 0.5

/** Estimates from the plan, what was learned of it, and the states of its steps. `now` is ms since the epoch. */
export function estimate(
  plan: readonly PlannedStep[],
  steps: Readonly<Record<string, StepState>>,
  now: number,
): Estimate {
  const left = longestWay(plan, (step) => leftOf(steps[step.id], expected(step), now))
  const waitsFor = left.way.find((id) => steps[id]?.status !== 'done')
  return {
    totalMinutes: longestWay(plan, expected).minutes,
    remainingMinutes: left.minutes,
    sumMinutes: plan.reduce((sum, step) => sum + expected(step), 0),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    phases: phaseTimes(plan, steps, now),
  }
}

/** Minutes that a step should take. */
export function expected({ usual, minutes }: PlannedStep): number {
  return usual?.median ?? minutes
}

/** What a step still takes: a late one always a little, a waiting one all of it, since waiting is not counted. */
function leftOf(state: StepState | undefined, minutes: number, now: number): number {
  if (state?.status === 'done') return 0
  if (state?.status !== 'running' || state.beganAt === undefined) return minutes
  return Math.max(Math.min(LATE, minutes), minutes - (now - state.beganAt) / MINUTE)
}

interface Way {
  readonly minutes: number
  readonly way: readonly string[]
}

/** The way through `needs` that takes longest; needs outside the given steps are not followed. */
function longestWay(plan: readonly PlannedStep[], minutes: (step: PlannedStep) => number): Way {
  const byId = new Map(plan.map((step) => [step.id, step]))
  const known = new Map<string, Way>()
  const wayTo = (step: PlannedStep): Way => {
    const before = known.get(step.id)
    if (before !== undefined) return before
    const needed = step.needs.flatMap((id) => byId.get(id) ?? [])
    const longest = longestOf(needed.map(wayTo))
    const way = { minutes: longest.minutes + minutes(step), way: [...longest.way, step.id] }
    known.set(step.id, way)
    return way
  }
  return longestOf(plan.map(wayTo))
}

function longestOf(ways: readonly Way[]): Way {
  return ways.reduce((longest, way) => (way.minutes > longest.minutes ? way : longest), { minutes: 0, way: [] })
}

function phaseTimes(
  plan: readonly PlannedStep[],
  steps: Readonly<Record<string, StepState>>,
  now: number,
): Estimate['phases'] {
  const times = [...PHASES, ...RECOVERY_PHASES].map(({ name }): [PhaseName, PhaseTime] => {
    const inPhase = plan.filter(({ phase }) => phase === name)
    const ran = inPhase.map(({ id }) => spanOf(steps[id], now)).filter((span) => span !== undefined)
    return [name, { plannedMinutes: longestWay(inPhase, expected).minutes, elapsedMinutes: covered(ran) / MINUTE }]
  })
  return Object.fromEntries(times) as Record<PhaseName, PhaseTime>
}

type Span = readonly [from: number, to: number]

/** When a step ran; a step that waits for a person does not. */
function spanOf(state: StepState | undefined, now: number): Span | undefined {
  if (state?.beganAt === undefined || state.status === 'waiting') return undefined
  const runs = state.status === 'running' || state.status === 'asking'
  const to = runs ? now : state.endedAt
  return to === undefined ? undefined : [state.beganAt, Math.max(to, state.beganAt)]
}

/** Milliseconds that at least one of the spans covers. */
function covered(spans: readonly Span[]): number {
  let until = Number.NEGATIVE_INFINITY
  let sum = 0
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return sum
}
