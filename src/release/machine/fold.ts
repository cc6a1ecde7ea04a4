/** The fold: what each event makes of a deployment. A void event returns the very deployment it was given. */
import type { Actor } from '../actor.ts'
import type { Deployment, DeploymentStatus } from '../deployment.ts'
import type { Event } from '../event.ts'
import type { Gate } from '../gate.ts'
import { problem } from '../problems.ts'
import { clock } from '../report/view.ts'
import { beginnings, callsAt, givesUpAt, heldStep, remindsAt } from './due.ts'
import { closeGates, isOver, pressed, setGate } from './gates.ts'
import { heldProblem } from './hold.ts'
import { isChosen, isRecovery } from './phases.ts'
import { accepted, acknowledged, mayGoOn, planned, rollbackAsked, stopped, undone } from './recovery.ts'
import { freed, isUnproved } from './slot.ts'
import { isBusy, OPEN, setStep } from './states.ts'
import { asked, begun, intended, retried, settled } from './steps.ts'

/** Minutes without a process after which a deployment asks before it changes anything outside. */
const LONG_AWAY = 15

type Folds = {
  readonly [T in Event['type']]: (deployment: Deployment, event: Event & { readonly type: T }) => Deployment
}

const FOLDS: Folds = {
  requested: (deployment) => deployment,
  started: (deployment, { at, previous }) =>
    deployment.startedAt === undefined && !isOver(deployment)
      ? { ...deployment, startedAt: at, ...(previous && { previous }) }
      : deployment,
  begun,
  intended,
  asked,
  settled,
  pressed,
  woken,
  joined: (deployment, { message }) =>
    deployment.joined.includes(message) ? deployment : { ...deployment, joined: [...deployment.joined, message] },
  retried: (deployment, { actor, at }) => retried(deployment, { actor, at }),
  cancelled: (deployment, { actor, at }) => cancelled(deployment, actor, at),
  freed: (deployment, { actor, at }) => freed(deployment, actor, at),
  planned,
  stopped,
  accepted,
  'rollback-asked': rollbackAsked,
  acknowledged,
  resumed: (deployment, event) => resumed(deployment, event),
  reconfigured: withSettings,
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
  const { undoes } = event
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
    ...(undoes && { undoes, ...(undoes.commit !== undefined && { commit: undoes.commit }) }),
    queuedAfter: event.queuedAfter ?? [],
    joined: [],
    deliveries: delivery === undefined ? [] : [delivery],
    requestedAt: at,
    steps: Object.fromEntries(plan.map(({ id }) => [id, OPEN])),
    gates: [],
    stops: [],
    status: 'queued',
    frozen: undoes !== undefined,
    messages: {},
    head: '',
    eventCount: 0,
    lastEventAt: at,
  }
}

/** Time has passed: people are reminded or called again, gates expire, and a stopped deployment that nobody answered ends. */
function woken(deployment: Deployment, { at }: Event): Deployment {
  if (isOver(deployment)) return deployment
  const isDue = (due: number | undefined) => due !== undefined && at >= due
  const { emergency } = deployment
  if (emergency !== undefined)
    return isDue(callsAt(deployment))
      ? { ...deployment, emergency: { ...emergency, calls: emergency.calls + 1 } }
      : deployment
  if (isDue(givesUpAt(deployment))) return ended(deployment, 'failed', at)
  const open = deployment.gates.filter(({ status }) => status === 'open')
  const expired = open.find(({ expiresAt }) => isDue(expiresAt))
  if (expired !== undefined) return expire(deployment, expired, at)
  const due = open.find((gate) => isDue(remindsAt(gate)))
  return due === undefined ? deployment : setGate(deployment, { ...due, reminders: due.reminders + 1 })
}

function expire(deployment: Deployment, gate: Gate, at: number): Deployment {
  const state = deployment.steps[gate.step]
  if (state === undefined) return deployment
  const time = clock(gate.expiresAt ?? at, gate.openedAt, {})
  const reason = problem('gate.expired', { number: deployment.number, time })
  return setStep(setGate(deployment, { ...gate, status: 'expired' }), gate.step, {
    ...state,
    status: 'failed',
    endedAt: at,
    problem: reason,
  })
}

/** The status follows from the steps and gates; once ended it stays. */
function withStatus(deployment: Deployment, at: number): Deployment {
  if (isOver(deployment)) return deployment
  if (isBusy(deployment)) return { ...deployment, status: 'running' }
  if (deployment.cancel && isUnproved(deployment)) return { ...deployment, status: 'running' }
  if (deployment.cancel) return ended(deployment, 'cancelled', at)
  if (deployment.startedAt === undefined) return { ...deployment, status: 'queued' }
  const undo = undone(deployment)
  if (undo !== undefined) return UNDONE[undo](deployment, at)
  const isDenied = deployment.gates.some(({ name, status }) => name !== 'rollback' && status === 'denied')
  if (isDenied) return ended(deployment, 'denied', at)
  if (isReleased(deployment)) return ended(deployment, 'complete', at)
  if (isStuckOnHold(deployment)) return held(deployment, at)
  if (deployment.gates.some(({ status }) => status === 'open')) return { ...deployment, status: 'waiting' }
  return { ...deployment, status: mayGoOn(deployment) ? 'stopped' : 'running' }
}

/** How a rollback that is over leaves the deployment. An emergency lasts until somebody answers. */
const UNDONE: Readonly<
  Record<NonNullable<ReturnType<typeof undone>>, (deployment: Deployment, at: number) => Deployment>
> = {
  stable: (deployment, at) => ended(deployment, 'rolled back', at),
  refused: (deployment, at) => ended(deployment, 'failed', at),
  unstable: (deployment, at) => ({
    ...closeGates(deployment, 'closed'),
    status: 'emergency',
    emergency: deployment.emergency ?? { at, calls: 0 },
  }),
}

function isReleased({ kind, plan, steps }: Deployment): boolean {
  const release = plan.filter((step) => !isRecovery(step))
  return kind === 'release' && release.every(({ id }) => steps[id]?.status === 'done')
}

/** The first cancel lets what changes something outside end well; the second one does not wait for it. */
function cancelled(deployment: Deployment, actor: Actor, at: number): Deployment {
  if (isOver(deployment) || deployment.cancel?.again || isChosen(deployment)) return deployment
  const cancel = deployment.cancel ? { ...deployment.cancel, again: true } : { actor, at, again: false }
  const { stoppedAt: _, ...rest } = deployment
  return closeGates({ ...rest, cancel }, 'closed')
}

/** After an absence that was long, or may have been, or into a lock or freeze, nothing outside begins unasked; a stopped or queued deployment asks anyway. */
function resumed(deployment: Deployment, { away, barred, at }: Event & { readonly type: 'resumed' }): Deployment {
  if (deployment.status !== 'running' && deployment.status !== 'waiting') return deployment
  if (away !== undefined && away < LONG_AWAY && barred === undefined) return { ...deployment }
  return {
    ...deployment,
    hold: { at, ...(away !== undefined && { minutes: away }), ...(barred !== undefined && { barred }) },
  }
}

/** Each configuration is told once, however often a process begins under it. */
function withSettings(deployment: Deployment, event: Event & { readonly type: 'reconfigured' }): Deployment {
  const { digest, changes, more, gone } = event
  const told = deployment.reconfigured ?? []
  if (isOver(deployment) || told.some((each) => each.digest === digest)) return deployment
  return { ...deployment, reconfigured: [...told, { digest, changes, more, ...(gone && { gone }) }] }
}

/** Held, and nothing harmless is left to do: a person is asked. */
function isStuckOnHold(deployment: Deployment): boolean {
  if (deployment.hold === undefined || deployment.gates.some(({ status }) => status === 'open')) return false
  return beginnings({ ...deployment, status: 'running' }).length === 0 && heldStep(deployment) !== undefined
}

/** Stops before the next effect outside, until a person says that it is still wanted. */
function held(deployment: Deployment, at: number): Deployment {
  const step = heldStep(deployment)
  const { hold, stoppedAt, stops } = deployment
  const isTold = isChosen(deployment) ? stops.some((told) => told.at >= (hold?.at ?? 0)) : stoppedAt !== undefined
  if (step === undefined || hold === undefined || isTold) return { ...deployment, status: 'stopped' }
  const stop = { at, failed: [{ step, problem: heldProblem(deployment, hold) }] }
  return { ...deployment, status: 'stopped', stoppedAt: at, stops: [...deployment.stops, stop] }
}

function ended(deployment: Deployment, status: DeploymentStatus, at: number): Deployment {
  return { ...closeGates(deployment, 'closed'), status, endedAt: at }
}
