/** The fold: what each event makes of a deployment. A void event returns the very deployment it was given. */
import type { Actor, Deployment, DeploymentStatus, Event, StepState } from '../deployment.ts'
import { problem } from '../problems.ts'
import { beginnings, givesUpAt, heldStep, isReady, remindsAt } from './due.ts'
import { closeGates, isOver, pressed, setGate, setStep } from './gates.ts'
import { heldProblem } from './hold.ts'
import { asked, begun, intended, OPEN, retried, settled } from './steps.ts'

/** Minutes without a process after which a deployment asks before it changes anything outside. */
const LONG_AWAY = 15

type Folds = {
  readonly [T in Event['type']]: (deployment: Deployment, event: Event & { readonly type: T }) => Deployment
}

const FOLDS: Folds = {
  requested: (deployment) => deployment,
  started: (deployment, { at }) =>
    deployment.startedAt === undefined && !isOver(deployment) ? { ...deployment, startedAt: at } : deployment,
  begun,
  intended,
  asked,
  settled,
  pressed,
  woken,
  retried: (deployment, { actor, at }) => retried(deployment, { actor, at }),
  cancelled: (deployment, { actor, at }) => cancelled(deployment, actor, at),
  resumed: (deployment, event) => resumed(deployment, event),
  posted: (deployment, { key, message }) => ({ ...deployment, messages: { ...deployment.messages, [key]: message } }),
}

/** Folds one event; undefined where there is no deployment and the event does not begin one. */
export function fold(deployment: Deployment | undefined, event: Event): Deployment | undefined {
  if (deployment === undefined) return event.type === 'requested' ? requested(event) : undefined
  const delivery = deliveryOf(event)
  if (delivery !== undefined && deployment.deliveries.includes(delivery)) return deployment
  const apply = FOLDS[event.type] as (deployment: Deployment, event: Event) => Deployment
  const folded = apply(deployment, event)
  if (folded === deployment) return deployment
  const heard = delivery === undefined ? folded : { ...folded, deliveries: [...folded.deliveries, delivery] }
  return withStatus(heard, event.at)
}

/** The id of what a person sent; sent twice, it counts once. */
function deliveryOf(event: Event): string | undefined {
  return 'delivery' in event ? event.delivery : undefined
}

function requested(event: Event & { readonly type: 'requested' }): Deployment {
  const { number, kind, project, plan, release, previous, requester, place, notes, override, delivery, at } = event
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
    ...(override && { override }),
    queuedAfter: event.queuedAfter ?? [],
    deliveries: delivery === undefined ? [] : [delivery],
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

/** Time has passed: gates expire, and a stopped deployment that nobody answered ends. */
function woken(deployment: Deployment, { at }: Event): Deployment {
  if (isOver(deployment)) return deployment
  if (deployment.stoppedAt !== undefined && at >= givesUpAt(deployment, deployment.stoppedAt))
    return ended(deployment, 'failed', at)
  const due = deployment.gates.find((gate) => gate.status === 'open' && !gate.reminded && at >= remindsAt(gate))
  if (due !== undefined && at < due.expiresAt) return setGate(deployment, { ...due, reminded: true })
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
  if (isStuckOnHold(deployment)) return stopped(deployment, at)
  return { ...deployment, status: deployment.gates.some(({ status }) => status === 'open') ? 'waiting' : 'running' }
}

/** The first cancel lets what changes something outside end well; the second one does not wait for it. */
function cancelled(deployment: Deployment, actor: Actor, at: number): Deployment {
  if (isOver(deployment) || deployment.cancel?.again) return deployment
  const cancel = deployment.cancel ? { ...deployment.cancel, again: true } : { actor, at, again: false }
  return closeGates({ ...deployment, cancel }, 'closed')
}

/** After a long absence, or into a lock or freeze, nothing outside begins unasked; a stopped or queued deployment asks anyway. */
function resumed(deployment: Deployment, { away, barred, at }: Event & { readonly type: 'resumed' }): Deployment {
  if (deployment.status !== 'running' && deployment.status !== 'waiting') return deployment
  if (away < LONG_AWAY && barred === undefined) return { ...deployment }
  return { ...deployment, hold: { at, minutes: away, ...(barred !== undefined && { barred }) } }
}

/** Held, and nothing harmless is left to do: a person is asked. */
function isStuckOnHold(deployment: Deployment): boolean {
  if (deployment.hold === undefined || deployment.gates.some(({ status }) => status === 'open')) return false
  return beginnings({ ...deployment, status: 'running' }).length === 0 && heldStep(deployment) !== undefined
}

/** Stops once, with everything that has failed by now. */
function stopped(deployment: Deployment, at: number): Deployment {
  if (deployment.status === 'stopped') return deployment
  const failed = deployment.plan.flatMap(({ id }) => {
    const { status, problem, log } = deployment.steps[id] ?? OPEN
    return status === 'failed' && problem !== undefined ? [{ step: id, problem, ...(log && { log }) }] : []
  })
  const step = heldStep(deployment)
  const { number, hold } = deployment
  const held = step !== undefined && hold && { step, problem: heldProblem(number, hold) }
  const causes = failed.length === 0 && held ? [held] : failed
  return { ...deployment, status: 'stopped', stoppedAt: at, stops: [...deployment.stops, { at, failed: causes }] }
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
