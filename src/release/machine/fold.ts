/** The fold: what each event makes of a deployment. A void event returns the very deployment it was given. */
import { approvalOf, differences, digestOf, refusePress, statusAfter } from '../approvals.ts'
import type { Deployment, DeploymentStatus, Event, Gate, GateContent, Outcome, StepState, Stop } from '../deployment.ts'
import { problem } from '../problems.ts'
import { ancestors, givesUpAt, isReady } from './due.ts'

const HOUR = 3_600_000
const ORIGIN = 'preflight.origin'
const COMMIT = 'version.commit'

type Folds = {
  readonly [T in Event['type']]: (deployment: Deployment, event: Event & { readonly type: T }) => Deployment
}

const FOLDS: Folds = {
  requested: (deployment) => deployment,
  started: (deployment, { at }) =>
    deployment.startedAt === undefined && !isOver(deployment) ? { ...deployment, startedAt: at } : deployment,
  begun: (deployment, event) => begun(deployment, event),
  intended: (deployment, event) => intended(deployment, event),
  asked: (deployment, event) => asked(deployment, event),
  settled: (deployment, event) => settled(deployment, event),
  pressed: (deployment, event) => pressed(deployment, event),
  woken: (deployment, event) => woken(deployment, event),
  retried: (deployment, { actor, at }) => retried(deployment, { actor, at }),
  cancelled: (deployment, { actor, at }) =>
    isOver(deployment) || deployment.cancel
      ? deployment
      : closeGates({ ...deployment, cancel: { actor, at } }, 'closed'),
  posted: (deployment, { key, message }) => ({ ...deployment, messages: { ...deployment.messages, [key]: message } }),
}

/** Folds one event; undefined where there is no deployment and the event does not begin one. */
export function fold(deployment: Deployment | undefined, event: Event): Deployment | undefined {
  if (deployment === undefined) return event.type === 'requested' ? requested(event) : undefined
  const apply = FOLDS[event.type] as (deployment: Deployment, event: Event) => Deployment
  const folded = apply(deployment, event)
  return folded === deployment ? deployment : withStatus(folded, event.at)
}

function requested(event: Event & { readonly type: 'requested' }): Deployment {
  const { number, kind, project, plan, release, previous, requester, place, notes, at } = event
  return {
    number,
    kind,
    project,
    plan,
    release,
    ...(previous && { previous }),
    requester,
    place,
    ...(notes !== undefined && { notes }),
    requestedAt: at,
    steps: Object.fromEntries(plan.map(({ id }) => [id, OPEN])),
    gates: [],
    stops: [],
    status: 'queued',
    frozen: false,
    messages: {},
    head: '',
    eventCount: 0,
    lastEventAt: at,
  }
}

const OPEN: StepState = { status: 'pending', attempt: 0, stale: false, evidence: {}, notes: [] }

/** A step begins only when everything it needs is done, and a gated one runs only under a fresh approval. */
function begun(deployment: Deployment, event: Event & { readonly type: 'begun' }): Deployment {
  const { step, attempt, part, at } = event
  const state = deployment.steps[step]
  const gate = deployment.plan.find(({ id }) => id === step)?.gate
  const approval = approvalOf(deployment, step)
  const open = state !== undefined && (state.status === 'pending' || state.status === 'waiting')
  if (!open || isOver(deployment) || deployment.startedAt === undefined) return deployment
  if (attempt !== state.attempt + 1 || !isReady(deployment, step)) return deployment
  if (part === 'ask' && (gate === undefined || state.status === 'waiting')) return deployment
  if (part === 'run' && gate !== undefined && (approval === undefined || approval.used)) return deployment
  const status = part === 'ask' ? 'asking' : 'running'
  const next: StepState = { status, attempt, stale: false, beganAt: at, evidence: state.evidence, notes: [] }
  const begun = setStep(deployment, step, next)
  return part === 'run' && approval !== undefined
    ? { ...setGate(begun, { ...approval, used: true }), frozen: true }
    : begun
}

function intended(deployment: Deployment, event: Event & { readonly type: 'intended' }): Deployment {
  const state = deployment.steps[event.step]
  if (state?.status !== 'running' || state.attempt !== event.attempt) return deployment
  return setStep(deployment, event.step, { ...state, intent: event.intent })
}

/** The gate opens with what was collected. A failure meanwhile, or changed inputs: it is collected again later. */
function asked(deployment: Deployment, event: Event & { readonly type: 'asked' }): Deployment {
  const state = deployment.steps[event.step]
  if (state?.status !== 'asking' || state.attempt !== event.attempt) return deployment
  const idle = setStep(deployment, event.step, { ...state, status: 'pending', stale: false })
  if (state.stale || isHalted(deployment)) return idle
  return openGate(idle, event.step, event.content, event.at)
}

function settled(deployment: Deployment, event: Event & { readonly type: 'settled' }): Deployment {
  const { step, attempt, outcome, at } = event
  const state = deployment.steps[step]
  if (state === undefined || state.attempt !== attempt) return deployment
  if (state.status !== 'running' && state.status !== 'asking') return deployment
  if (state.stale && !deployment.cancel) return setStep(deployment, step, { ...OPEN, attempt })
  if (outcome.ok) return state.status === 'running' ? succeeded(deployment, step, outcome, at) : deployment
  if ('changed' in outcome) return changed(deployment, step, outcome.changed, at)
  const { problem, log } = outcome
  const failed = setStep(deployment, step, { ...state, status: 'failed', endedAt: at, problem, ...(log && { log }) })
  const gate = deployment.plan.find(({ id }) => id === step)?.gate
  return closeGates(gate === 'aur-submit' ? { ...failed, frozen: false } : failed, 'closed')
}

/** A result may replace the release commit, or what it starts from: then whatever was made from the old one is open again. */
function succeeded(
  deployment: Deployment,
  step: string,
  outcome: Outcome & { readonly ok: true },
  at: number,
): Deployment {
  const before = deployment.steps[step] ?? OPEN
  const { evidence, notes = [] } = outcome
  const done = setStep(deployment, step, { ...before, status: 'done', endedAt: at, evidence, notes })
  if (deployment.frozen) return done
  const moved = before.evidence.base !== undefined && evidence.base !== before.evidence.base
  const opened = moved ? reopen(done, step, step) : done
  const commit = typeof evidence.commit === 'string' ? evidence.commit : undefined
  if (commit === undefined || commit === opened.commit) return opened
  const replaced = opened.commit === undefined ? opened : reopen(opened, COMMIT, step)
  return { ...replaced, commit }
}

/** What was approved is not what would happen: nothing was done, and the question is asked again with the difference. */
function changed(deployment: Deployment, step: string, content: GateContent, at: number): Deployment {
  const state = deployment.steps[step]
  const approval = approvalOf(deployment, step)
  if (state?.status !== 'running' || approval === undefined) return deployment
  const voided = setGate({ ...deployment, frozen: false }, { ...approval, status: 'void' })
  const idle = setStep(voided, step, { ...state, status: 'pending', endedAt: at })
  return isHalted(deployment) ? idle : openGate(idle, step, content, at)
}

function pressed(deployment: Deployment, event: Event & { readonly type: 'pressed' }): Deployment {
  const gate = deployment.gates.find(({ id }) => id === event.gate)
  if (gate === undefined || refusePress(deployment, event) !== undefined) return deployment
  const { actor, choice, reason, at } = event
  const presses = [...gate.presses, { actor, choice, at, ...(reason !== undefined && { reason }) }]
  const answered = { ...gate, presses }
  return setGate(deployment, { ...answered, status: statusAfter(deployment, answered) })
}

/** Time has passed: gates expire, and a stopped deployment that nobody answered ends. */
function woken(deployment: Deployment, { at }: Event): Deployment {
  if (isOver(deployment)) return deployment
  if (deployment.stoppedAt !== undefined && at >= givesUpAt(deployment, deployment.stoppedAt))
    return ended(deployment, 'failed', at)
  const expired = deployment.gates.find(({ status, expiresAt }) => status === 'open' && at >= expiresAt)
  const state = expired && deployment.steps[expired.step]
  if (expired === undefined || state === undefined) return deployment
  const time = `${new Date(expired.expiresAt).toISOString().slice(11, 16)} UTC`
  const reason = problem('gate.expired', { number: deployment.number, time })
  return setStep(setGate(deployment, { ...expired, status: 'expired' }), expired.step, {
    ...state,
    status: 'failed',
    endedAt: at,
    problem: reason,
  })
}

/** What failed is open again; before the submit the origin is looked at again too, since the fix may be a new commit there. */
function retried(deployment: Deployment, by: NonNullable<Stop['retried']>): Deployment {
  if (deployment.status !== 'stopped') return deployment
  const again = Object.entries(deployment.steps).map(([id, state]): [string, StepState] => {
    const open = state.status === 'failed' || (id === ORIGIN && !deployment.frozen)
    return [id, open ? { ...state, status: 'pending' } : state]
  })
  const stops = deployment.stops.map((stop, index, all) => (index === all.length - 1 ? { ...stop, retried: by } : stop))
  return running({ ...deployment, stops, steps: Object.fromEntries(again) })
}

function running(deployment: Deployment): Deployment {
  const { stoppedAt: _, ...rest } = deployment
  return { ...rest, status: 'running' }
}

/** Everything that waits for `from` is open again, but for the step that caused it; what runs now will not count. */
function reopen(deployment: Deployment, from: string, cause: string): Deployment {
  const opened = deployment.plan
    .filter(({ id }) => id !== cause && ancestors(deployment.plan, id).includes(from))
    .map(({ id }): [string, StepState] => [id, reopened(deployment.steps[id] ?? OPEN)])
  const steps = { ...deployment.steps, ...Object.fromEntries(opened) }
  return closeGates({ ...deployment, steps }, 'void')
}

function reopened(state: StepState): StepState {
  if (state.status === 'running' || state.status === 'asking') return { ...state, stale: true }
  return { ...OPEN, attempt: state.attempt }
}

function openGate(deployment: Deployment, step: string, content: GateContent, at: number): Deployment {
  const planned = deployment.plan.find(({ id }) => id === step)
  const state = deployment.steps[step]
  if (planned?.gate === undefined || state === undefined) return deployment
  const before = deployment.gates.findLast((gate) => gate.step === step)
  const count = deployment.gates.filter(({ name }) => name === planned.gate).length + 1
  const gate: Gate = {
    id: `${planned.gate}.${count}`,
    name: planned.gate,
    step,
    content,
    digest: digestOf(content.bound),
    openedAt: at,
    expiresAt: at + deployment.project.approvals.expireHours * HOUR,
    status: 'open',
    presses: [],
    used: false,
    differs: before === undefined ? [] : differences(before.content.bound, content.bound),
  }
  return setStep({ ...deployment, gates: [...deployment.gates, gate] }, step, { ...state, status: 'waiting' })
}

/** Questions that no longer stand: open ones, and approvals that nothing has used yet. */
function closeGates(deployment: Deployment, status: 'closed' | 'void'): Deployment {
  const standing = deployment.gates.filter(
    (gate) => gate.status === 'open' || (gate.status === 'approved' && !gate.used),
  )
  return standing.reduce((next, gate) => {
    const state = next.steps[gate.step]
    const closed = setGate(next, { ...gate, status })
    return state?.status === 'waiting' ? setStep(closed, gate.step, { ...state, status: 'pending' }) : closed
  }, deployment)
}

/** The status follows from the steps and gates; once ended it stays. */
function withStatus(deployment: Deployment, at: number): Deployment {
  if (isOver(deployment)) return deployment
  const states = Object.values(deployment.steps)
  const is = (...wanted: StepState['status'][]) => states.some(({ status }) => wanted.includes(status))
  if (is('running', 'asking')) return { ...deployment, status: 'running' }
  if (deployment.cancel) return ended(deployment, 'cancelled', at)
  if (deployment.startedAt === undefined) return { ...deployment, status: 'queued' }
  if (deployment.gates.some(({ status }) => status === 'denied')) return ended(deployment, 'denied', at)
  if (states.every(({ status }) => status === 'done')) return ended(deployment, 'complete', at)
  if (is('failed') && !hasCheckToSettle(deployment)) return stopped(deployment, at)
  return { ...deployment, status: deployment.gates.some(({ status }) => status === 'open') ? 'waiting' : 'running' }
}

/** Stops once, with everything that has failed by now. */
function stopped(deployment: Deployment, at: number): Deployment {
  if (deployment.status === 'stopped') return deployment
  const failed = deployment.plan.flatMap(({ id }) => {
    const { status, problem, log } = deployment.steps[id] ?? OPEN
    return status === 'failed' && problem !== undefined ? [{ step: id, problem, ...(log && { log }) }] : []
  })
  return { ...deployment, status: 'stopped', stoppedAt: at, stops: [...deployment.stops, { at, failed }] }
}

/** Beside a failure, a check that settles may still be about to begin. */
function hasCheckToSettle(deployment: Deployment): boolean {
  return deployment.plan.some(
    ({ id, settles }) => settles && deployment.steps[id]?.status === 'pending' && isReady(deployment, id),
  )
}

function ended(deployment: Deployment, status: DeploymentStatus, at: number): Deployment {
  return { ...closeGates(deployment, 'closed'), status, endedAt: at }
}

function isOver(deployment: Deployment): boolean {
  return deployment.endedAt !== undefined
}

function isHalted(deployment: Deployment): boolean {
  return deployment.cancel !== undefined || Object.values(deployment.steps).some(({ status }) => status === 'failed')
}

function setStep(deployment: Deployment, id: string, state: StepState): Deployment {
  return { ...deployment, steps: { ...deployment.steps, [id]: state } }
}

function setGate(deployment: Deployment, gate: Gate): Deployment {
  return { ...deployment, gates: deployment.gates.map((each) => (each.id === gate.id ? gate : each)) }
}
