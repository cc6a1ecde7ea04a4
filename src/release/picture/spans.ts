/** When things happened: attempts, waiting, halts, and the steps that the end really waited for. Times are ms since the epoch. */
import type { Deployment, StepState } from '../deployment.ts'
import type { Gate } from '../gate.ts'
import type { PlannedStep } from '../plan.ts'

export interface Span {
  readonly from: number
  readonly to: number
}

/** What a row of the picture shows of one step. */
export interface StepSpans {
  readonly step: PlannedStep
  /** The attempt that counts. */
  readonly ran?: Span & { readonly how: 'done' | 'failed' | 'runs' }
  readonly failures: readonly Span[]
  readonly waits: readonly Span[]
  /** On the way that the end waited for. */
  readonly critical: boolean
}

export function spansOf(deployment: Deployment, until: number): readonly StepSpans[] {
  const { plan, steps } = deployment
  const way = wayOf(plan, steps, until)
  return plan.map((step) => {
    const ran = ranOf(steps[step.id], until)
    const all = steps[step.id]?.failures ?? []
    const failures = ran?.how === 'failed' ? all.slice(0, -1) : all
    const waits = deployment.gates.flatMap((gate) => (gate.step === step.id ? waitOf(deployment, gate, until) : []))
    return { step, ...(ran && { ran }), failures, waits, critical: way.has(step.id) }
  })
}

/** When nothing went on because a person had to look. */
export function haltsOf({ stops, endedAt, rollback }: Deployment, until: number): readonly Span[] {
  return stops.map(({ at, retried, accepted }, index) => {
    const ends = [retried?.at, accepted?.at, rollback?.at, stops[index + 1]?.at, endedAt, until]
    return { from: at, to: Math.min(...ends.flatMap((end) => (end === undefined || end < at ? [] : [end]))) }
  })
}

/** The spans as few as they can be: in order, none touching another. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last !== undefined && span.from <= last.to)
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else out.push(span)
  }
  return out
}

/** When anything ran, failed attempts among it. */
export function busyIn(spans: readonly StepSpans[]): readonly Span[] {
  return spans.flatMap(({ ran, failures }) => [...(ran ? [ran] : []), ...failures])
}

/** Ms that at least one of the spans covers. */
export function lengthOf(spans: readonly Span[]): number {
  return merged(spans).reduce((sum, { from, to }) => sum + to - from, 0)
}

function ranOf(state: StepState | undefined, until: number): StepSpans['ran'] {
  if (state?.beganAt === undefined || state.status === 'waiting' || state.status === 'pending') return undefined
  if (state.status === 'running' || state.status === 'asking')
    return { from: state.beganAt, to: Math.max(until, state.beganAt), how: 'runs' }
  const how = state.status === 'failed' ? 'failed' : 'done'
  return { from: state.beganAt, to: Math.max(state.endedAt ?? until, state.beganAt), how }
}

/** From the question to its answer, or to what made it void. */
function waitOf({ gates, steps, stops, endedAt }: Deployment, gate: Gate, until: number): readonly Span[] {
  const { openedAt: from, presses, status, expiresAt, step } = gate
  const answered = status === 'approved' || status === 'denied' ? presses.at(-1)?.at : undefined
  const expired = status === 'expired' ? expiresAt : undefined
  const later = [...gates.map(({ openedAt }) => openedAt), ...stops.map(({ at }) => at), steps[step]?.beganAt]
  const next = status === 'open' ? [] : later.filter((at): at is number => at !== undefined && at > from)
  const to = answered ?? expired ?? Math.min(...next, endedAt ?? until, until)
  return to > from ? [{ from, to: Math.min(to, until) }] : []
}

/** Backwards from what ended last, each time to the need that ended last. */
function wayOf(plan: readonly PlannedStep[], steps: Deployment['steps'], until: number): ReadonlySet<string> {
  const byId = new Map(plan.map((step) => [step.id, step]))
  const endOf = (id: string) => ranOf(steps[id], until)?.to ?? 0
  const lastOf = (ids: readonly string[]) =>
    ids.filter((id) => endOf(id) > 0).toSorted((a, b) => endOf(b) - endOf(a))[0]
  const way = new Set<string>()
  for (let id = lastOf([...byId.keys()]); id !== undefined && !way.has(id); ) {
    way.add(id)
    const { needs = [], after = [] } = byId.get(id) ?? {}
    id = lastOf([...needs, ...after])
  }
  return way
}
