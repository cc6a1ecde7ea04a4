/** What a step's own events make of a deployment: it begins, is asked about, settles, and may be opened again. */
import { approvalOf } from '../approvals.ts'
import type { Deployment, Outcome, StepState, Stop } from '../deployment.ts'
import type { Event } from '../event.ts'
import type { Gate, GateContent } from '../gate.ts'
import { ancestors, isHeld, isReady } from './due.ts'
import { closeGates, isHalted, isOver, openGate, released, setGate } from './gates.ts'
import { isHeldProblem } from './hold.ts'
import { isChosen } from './phases.ts'
import { goOn, isWork, mayGoOn } from './recovery.ts'
import { endings } from './slot.ts'
import { mayStand, OPEN, setStep, withoutIntent } from './states.ts'

const ORIGIN = 'preflight.origin'
const COMMIT = 'version.commit'

/** Failed attempts of a step that are remembered for its picture. */
const MOST_FAILURES = 20

/** A step begins only when everything it needs is done, and a gated one runs only under a fresh approval. */
export function begun(deployment: Deployment, event: Event & { readonly type: 'begun' }): Deployment {
  const { step, attempt, part, at } = event
  const state = deployment.steps[step]
  const planned = deployment.plan.find(({ id }) => id === step)
  if (part === 'end') return ending(deployment, event)
  const gate = planned?.gate
  const approval = approvalOf(deployment, step)
  const open = state !== undefined && (state.status === 'pending' || state.status === 'waiting')
  if (!open || planned === undefined || isOver(deployment) || deployment.startedAt === undefined) return deployment
  if (attempt !== state.attempt + 1 || !isReady(deployment, step)) return deployment
  if (part === 'ask' && (gate === undefined || state.status === 'waiting')) return deployment
  if (part === 'run' && gate !== undefined && (approval === undefined || approval.used)) return deployment
  if (part === 'run' && isHeld(deployment, planned)) return deployment
  const status = part === 'ask' ? 'asking' : 'running'
  const next: StepState = { ...OPEN, ...keptOf(state), status, attempt, beganAt: at, evidence: state.evidence }
  const begun = setStep(deployment, step, next)
  return part === 'run' && approval !== undefined
    ? { ...setGate(begun, { ...approval, used: true }), frozen: deployment.frozen || freezes(approval.name) }
    : begun
}

export function intended(deployment: Deployment, event: Event & { readonly type: 'intended' }): Deployment {
  const state = deployment.steps[event.step]
  if (state?.status !== 'running' || state.attempt !== event.attempt) return deployment
  const { host, job: folder } = event.intent
  const started = typeof host === 'string' && typeof folder === 'string' ? { job: { host, folder } } : {}
  const { intent, attempt } = event
  const attempted = [...(state.attempted ?? []), { attempt, intent }]
  return setStep(deployment, event.step, { ...state, attempted, ...started })
}

/** Of a cancelled deployment it begins once more what may still run on a server, to end it. */
function ending(deployment: Deployment, { step, attempt, at }: Event & { readonly type: 'begun' }): Deployment {
  const state = deployment.steps[step]
  if (state === undefined || attempt !== state.attempt + 1 || !endings(deployment).some((each) => each.step === step))
    return deployment
  return setStep(deployment, step, { ...state, status: 'running', attempt, beganAt: at })
}

/** The gate opens with what was collected. A failure meanwhile, or changed inputs: it is collected again later. */
export function asked(deployment: Deployment, event: Event & { readonly type: 'asked' }): Deployment {
  const state = deployment.steps[event.step]
  if (state?.status !== 'asking' || state.attempt !== event.attempt) return deployment
  const idle = setStep(deployment, event.step, { ...state, status: 'pending', stale: false })
  if (state.stale || isHalted(deployment, event.step)) return idle
  return openGate(idle, event.step, event.content, event.at)
}

export function settled(deployment: Deployment, event: Event & { readonly type: 'settled' }): Deployment {
  const { step, attempt, outcome, at } = event
  const state = deployment.steps[step]
  if (state === undefined || state.attempt !== attempt) return deployment
  if (state.status !== 'running' && state.status !== 'asking') return deployment
  if (state.stale && !deployment.cancel) return setStep(deployment, step, { ...OPEN, ...keptOf(state), attempt })
  if (outcome.ok) return state.status === 'running' ? succeeded(deployment, step, outcome, at) : deployment
  if ('changed' in outcome) return changed(deployment, step, outcome.changed, at)
  const { problem, log, over, refused } = outcome
  if (isHeldUndo(deployment, event.step) && isHeldProblem(problem))
    return setStep(deployment, step, { ...state, status: 'pending' })
  const known = refused ? withoutIntent(state) : state
  const { job: _, ...rest } = known
  const left = over ? rest : known
  const failures = [...(state.failures ?? []), { from: state.beganAt ?? at, to: at }].slice(-MOST_FAILURES)
  const failed = setStep(deployment, step, {
    ...left,
    status: 'failed',
    endedAt: at,
    problem,
    failures,
    ...(log && { log }),
  })
  const gate = deployment.plan.find(({ id }) => id === step)?.gate
  const untouched = gate !== undefined && freezes(gate) && !mayStand(known)
  const closed = closeGates(untouched ? { ...failed, frozen: false } : failed, 'closed')
  return gate === 'rollback' ? notBegun(closed, step) : closed
}

/** What was chosen could not even be looked at again: nothing was taken back, so the deployment is stopped as before. */
function notBegun(deployment: Deployment, step: string): Deployment {
  const approval = approvalOf(deployment, step)
  return approval === undefined ? deployment : setGate(deployment, { ...approval, status: 'void' })
}

/** A result may replace the release commit, or what it starts from: then whatever was made from the old one is open again. */
function succeeded(
  deployment: Deployment,
  step: string,
  outcome: Outcome & { readonly ok: true },
  at: number,
): Deployment {
  const { job: _, problem: __, left: ___, ...before } = deployment.steps[step] ?? OPEN
  const { evidence, notes = [] } = outcome
  const done = openedBy(setStep(deployment, step, { ...before, status: 'done', endedAt: at, evidence, notes }), step)
  if (deployment.frozen) return done
  const moved = before.evidence.base !== undefined && (evidence.base !== before.evidence.base || evidence.withdrawn)
  const opened = moved ? reopen(done, step, step) : done
  const commit = typeof evidence.commit === 'string' ? evidence.commit : undefined
  if (commit === undefined || commit === opened.commit) return opened
  const replaced = opened.commit === undefined ? opened : reopen(opened, COMMIT, step)
  return { ...replaced, commit }
}

/** From the submit or the switch on the release commit stays; a question about a rollback leaves that as it is. */
function freezes(gate: Gate['name']): boolean {
  return gate !== 'rollback'
}

/** What was approved is not what would happen: nothing was done, and the question is asked again with the difference. */
function changed(deployment: Deployment, step: string, content: GateContent, at: number): Deployment {
  const state = deployment.steps[step]
  const approval = approvalOf(deployment, step)
  if (state?.status !== 'running' || approval === undefined) return deployment
  const idle: StepState = { ...withoutIntent(state), status: 'pending', endedAt: at }
  const frozen = deployment.frozen && (!freezes(approval.name) || mayStand(idle))
  const voided = setStep(setGate({ ...deployment, frozen }, { ...approval, status: 'void' }), step, idle)
  return isHalted(deployment, step) ? voided : openGate(voided, step, content, at)
}

/** What failed is open again; before the submit the origin is looked at again too, since the fix may be a new commit there. */
export function retried(deployment: Deployment, by: NonNullable<Stop['retried']>): Deployment {
  const stops = deployment.stops.map((stop, index, all) => (index === all.length - 1 ? { ...stop, retried: by } : stop))
  if (isChosen(deployment)) return heldUndo(deployment, stops)
  if (!mayGoOn(deployment)) return deployment
  const again = Object.entries(deployment.steps).map(([id, state]): [string, StepState] => {
    const isOwn = deployment.plan.some((step) => step.id === id && isWork(deployment, step))
    const open = isOwn && (state.status === 'failed' || (id === ORIGIN && !deployment.frozen))
    return [id, open ? { ...state, status: 'pending' } : state]
  })
  return goOn(released({ ...deployment, stops, steps: Object.fromEntries(again) }))
}

/** Taken up after a long absence, a step of a rollback did nothing yet: it has not failed, and waits for the same answer. */
function isHeldUndo({ hold, plan }: Deployment, step: string): boolean {
  return hold !== undefined && plan.some(({ id, phase }) => id === step && phase === 'rollback')
}

/** A rollback that asked before it went on after a long absence. */
function heldUndo(deployment: Deployment, stops: Deployment['stops']): Deployment {
  const { stoppedAt: _, ...rest } = released(deployment)
  return deployment.hold === undefined ? deployment : { ...rest, stops, status: 'running' }
}

/** A script that was started stays known until it was seen to have ended, and what was done outside for good. */
function keptOf({ job, failures, attempted, left }: StepState): Partial<StepState> {
  return { ...(job && { job }), ...(failures && { failures }), ...(attempted && { attempted }), ...(left && { left }) }
}

/** A fix that was done opens what it was made for. */
function openedBy(deployment: Deployment, step: string): Deployment {
  const opens = deployment.plan.find(({ id }) => id === step)?.walk?.opens ?? []
  if (opens.length === 0) return deployment
  const states = opens.map((id): [string, StepState] => [id, reopened(deployment.steps[id] ?? OPEN)])
  return closeGates({ ...deployment, steps: { ...deployment.steps, ...Object.fromEntries(states) } }, 'void')
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
  const left = state.status === 'done' ? { left: state.evidence } : {}
  return { ...OPEN, ...keptOf(state), ...left, attempt: state.attempt }
}
