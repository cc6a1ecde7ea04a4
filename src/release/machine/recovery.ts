/**
 * Recovery in the machine: what follows from a failure is written as events of its own (a probe or a fix is planned, the
 * deployment stops for a person, the rollback is asked and planned), so that a journal means the same to every later program.
 */
import { approvedOption } from '../approvals.ts'
import type { Deployment, StepState } from '../deployment.ts'
import { diagnose, type Failure } from '../diagnosis.ts'
import type { Event, NewEvent } from '../event.ts'
import type { PlannedStep } from '../plan.ts'
import { CHOOSE, chooseStep, hasReachedUsers, incidentStep, undoChoices, undoPlan } from '../undo.ts'
import { beginnings } from './due.ts'
import { closeGates, isOver, released } from './gates.ts'
import { isHeldProblem } from './hold.ts'
import { hasFailed, isChosen, isRecovery, isRefused, undoStepsOf } from './phases.ts'
import { isBusy, OPEN, setStep } from './states.ts'

/** The event that follows from the fold alone, once nothing runs; undefined where the next move is somebody's. */
export function consequence(deployment: Deployment, at: number): NewEvent | undefined {
  const { startedAt, cancel, stoppedAt, status } = deployment
  if (isOver(deployment) || startedAt === undefined || cancel !== undefined || status === 'emergency') return undefined
  if (isBusy(deployment)) return undefined
  const undo = undoSteps(deployment)
  if (undo !== undefined) return undo.length === 0 ? undefined : { type: 'planned', steps: undo, at }
  const failures = failuresOf(deployment)
  if (stoppedAt !== undefined)
    return isRollbackDue(deployment) ? { type: 'planned', steps: [chooseStep()], at } : undefined
  if (failures.length === 0 || beginnings(deployment).length > 0) return undefined
  if (deployment.kind === 'rollback') return { type: 'stopped', offers: [], at }
  const verdict = diagnose(deployment, failures)
  if (verdict.do === 'run') return { type: 'planned', steps: [verdict.step], at }
  const offers = verdict.do === 'offer' ? [verdict.step] : []
  return { type: 'stopped', offers, ...('why' in verdict && { advice: verdict.why }), at }
}

/** The plan grows by steps of recovery, each kind only in its place: an undo step is void without the approval that chose it. */
export function planned(deployment: Deployment, { steps }: Event & { readonly type: 'planned' }): Deployment {
  const added = steps.filter(({ id }) => !deployment.plan.some((step) => step.id === id))
  if (added.length === 0 || isBusy(deployment) || !mayBePlanned(deployment, added)) return deployment
  const states = added.map(({ id }): [string, StepState] => [
    id,
    { ...OPEN, attempt: deployment.steps[id]?.attempt ?? 0 },
  ])
  return {
    ...deployment,
    plan: [...deployment.plan, ...added],
    steps: { ...deployment.steps, ...Object.fromEntries(states) },
  }
}

function mayBePlanned(deployment: Deployment, added: readonly PlannedStep[]): boolean {
  const { steps, stoppedAt } = deployment
  const isUndoing = isChosen(deployment) || isRefused(deployment)
  if (isOver(deployment) || added.some((step) => !isRecovery(step))) return false
  if (added.every(({ phase }) => phase === 'troubleshoot'))
    return hasFailed(deployment) && stoppedAt === undefined && !isUndoing
  if (added.every(({ id }) => id === CHOOSE)) return mayGoOn(deployment)
  const isPlanned = undoStepsOf(deployment).length > 0
  if (
    isPlanned ||
    added.some(({ gate, needs }) => gate !== undefined || (!isRefused(deployment) && !needs.includes(CHOOSE)))
  )
    return false
  return isRefused(deployment)
    ? added.every(({ name }) => name === 'rollback.incident')
    : steps[CHOOSE]?.status === 'done'
}

/** A person is wanted: everything that has failed by now stands together, with what the tree offers. */
export function stopped(deployment: Deployment, event: Event & { readonly type: 'stopped' }): Deployment {
  const { offers, advice, at } = event
  const failed = failuresOf(deployment)
  if (deployment.stoppedAt !== undefined || failed.length === 0 || isBusy(deployment)) return deployment
  if (isOver(deployment) || isChosen(deployment) || isRefused(deployment)) return deployment
  const stop = { at, failed, offers, ...(advice !== undefined && { advice }) }
  return { ...deployment, stoppedAt: at, stops: [...deployment.stops, stop] }
}

/** A person takes an offered fix: it runs, and what it opens is looked at again. */
export function accepted(deployment: Deployment, event: Event & { readonly type: 'accepted' }): Deployment {
  const last = deployment.stops.at(-1)
  const offer = last?.offers?.find(({ id }) => id === event.offer)
  if (!mayGoOn(deployment) || last === undefined || offer === undefined) return deployment
  const { actor, at } = event
  const taken = { ...last, accepted: { actor, at, offer: offer.id } }
  const going = goOn({ ...released(deployment), stops: [...deployment.stops.slice(0, -1), taken] })
  return setStep({ ...going, plan: [...going.plan, offer] }, offer.id, OPEN)
}

/** A person wants a rollback before the tree came to it, or once more where its question could not be put: it is asked like any other. */
export function rollbackAsked(deployment: Deployment, event: Event & { readonly type: 'rollback-asked' }): Deployment {
  const isAsked = deployment.plan.some(({ id }) => id === CHOOSE) && deployment.steps[CHOOSE]?.status !== 'failed'
  if (!mayGoOn(deployment) || isAsked || deployment.kind === 'rollback') return deployment
  const { actor, at, only } = event
  const plan = deployment.plan.filter(({ id }) => id !== CHOOSE)
  const asked = { ...deployment, plan, rollback: { actor, at, ...(only !== undefined && { only }) } }
  return undoChoices(asked).length === 0 ? deployment : asked
}

/** Somebody on call has answered: nobody is called again, and the deployment is over. */
export function acknowledged(deployment: Deployment, event: Event & { readonly type: 'acknowledged' }): Deployment {
  const { emergency } = deployment
  if (isOver(deployment) || emergency === undefined) return deployment
  const { actor, at } = event
  return { ...deployment, emergency: { ...emergency, answered: { actor, at } }, endedAt: at }
}

/** Stopped, and no rollback has begun: a retry or a fix may take it up again. */
export function mayGoOn(deployment: Deployment): boolean {
  return !isOver(deployment) && deployment.stoppedAt !== undefined && !isChosen(deployment) && !isRefused(deployment)
}

/** The release part goes on: a question about a rollback no longer stands. */
export function goOn(deployment: Deployment): Deployment {
  const { stoppedAt: _, rollback: __, ...rest } = closeGates(deployment, 'closed')
  const isKept = (planned: PlannedStep) => planned.phase !== 'rollback' || isWork(deployment, planned)
  return { ...rest, plan: rest.plan.filter(isKept), status: 'running' }
}

/** How a rollback came out: undefined while any of it is open. */
export function undone(deployment: Deployment): 'stable' | 'unstable' | 'refused' | undefined {
  const states = undoStepsOf(deployment).map(({ id }) => deployment.steps[id]?.status)
  if (states.length === 0 || states.some((status) => status !== 'done' && status !== 'failed')) return undefined
  if (isRefused(deployment)) return 'refused'
  return states.includes('failed') ? 'unstable' : 'stable'
}

/** What is to be planned of a rollback now; undefined where none is under way. */
function undoSteps(deployment: Deployment): readonly PlannedStep[] | undefined {
  if (!isChosen(deployment) && !isRefused(deployment)) return undefined
  if (undoStepsOf(deployment).length > 0) return []
  if (isRefused(deployment)) return [incidentStep()]
  if (deployment.steps[CHOOSE]?.status !== 'done') return []
  const name = approvedOption(deployment, CHOOSE)
  const choice = undoChoices(deployment).find((each) => each.name === name)
  return choice === undefined ? [] : undoPlan(deployment, choice)
}

/** Asked for, or what users have may be half new, and the tree has nothing left. A verified release is never rolled back. */
function isRollbackDue(deployment: Deployment): boolean {
  const last = deployment.stops.at(-1)
  if (last === undefined || deployment.plan.some(({ id }) => id === CHOOSE)) return false
  if (undoChoices(deployment).length === 0) return false
  if (deployment.rollback !== undefined) return true
  const isVerified = deployment.steps['verify.matrix']?.status === 'done'
  const isBroken = last.failed.some(({ problem }) => !isHeldProblem(problem))
  return hasReachedUsers(deployment) && !isVerified && isBroken && (last.offers ?? []).length === 0
}

/** What the deployment was asked for, which a retry opens again: the release, or the question of a rollback with its own number. */
export function isWork({ kind }: Deployment, planned: PlannedStep): boolean {
  return !isRecovery(planned) || (kind === 'rollback' && planned.id === CHOOSE)
}

/** The steps of it that have failed, each with its problem and log. */
export function failuresOf(deployment: Deployment): readonly (Failure & Pick<StepState, 'log'>)[] {
  const { plan, steps } = deployment
  return plan
    .filter((planned) => isWork(deployment, planned))
    .flatMap(({ id }) => {
      const { status, problem, log } = steps[id] ?? OPEN
      return status === 'failed' && problem !== undefined ? [{ step: id, problem, ...(log && { log }) }] : []
    })
}
