/** What may begin now: the parallel rules of the plan, read off the fold. */
import { approvalOf } from '../approvals.ts'
import type { Deployment, StepState } from '../deployment.ts'
import { firstReminderAt, type Gate, REMINDS_EVERY } from '../gate.ts'
import type { PlannedStep } from '../plan.ts'
import { asksForRollback, hasFailed, isChosen, isRecovery, isRefused } from './phases.ts'
import { endings, isUnproved } from './slot.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** People on call are called again until one answers, ms. */
export const CALLS_EVERY = 10 * MINUTE

export interface Beginning {
  readonly step: string
  readonly attempt: number
  readonly part: 'ask' | 'run' | 'end'
}

/** Every step whose needs are met, in the order of the plan. After a failure only checks that settle and recovery go on. */
export function beginnings(deployment: Deployment): readonly Beginning[] {
  const { status, cancel, plan } = deployment
  if (status !== 'running' && status !== 'waiting' && status !== 'stopped') return []
  if (cancel !== undefined) return endings(deployment)
  return plan.filter(mayBegin(deployment)).flatMap((planned) => beginningOf(deployment, planned) ?? [])
}

/** Release, troubleshooting and rollback never work side by side. */
function mayBegin(deployment: Deployment): (planned: PlannedStep) => boolean {
  const isUndoing = isChosen(deployment) || isRefused(deployment)
  const isDenied = deployment.gates.some(({ status }) => status === 'denied')
  const failed = hasFailed(deployment)
  return (planned) => {
    if (planned.phase === 'rollback') return true
    if (isUndoing || isDenied) return false
    if (isRecovery(planned)) return true
    return deployment.stoppedAt === undefined && (!failed || planned.settles)
  }
}

/** Whether the step would change something outside while the deployment asks before it does. */
export function isHeld({ hold }: Deployment, { effect }: Pick<PlannedStep, 'effect'>): boolean {
  return hold !== undefined && effect === 'outside'
}

/** The first step that would begin now, were the deployment not held. */
export function heldStep(deployment: Deployment): string | undefined {
  const { hold, ...free } = deployment
  return hold === undefined ? undefined : beginnings({ ...free, status: 'running' })[0]?.step
}

/** Whether everything the step needs, directly or through others, is done: an earlier step that is open again blocks. */
export function isReady(deployment: Deployment, id: string): boolean {
  const after = deployment.plan.find((planned) => planned.id === id)?.after ?? []
  const is = (step: string, ...wanted: StepState['status'][]) =>
    wanted.includes(deployment.steps[step]?.status ?? 'pending')
  return (
    ancestors(deployment.plan, id).every((need) => is(need, 'done')) &&
    after.every((step) => is(step, 'done', 'failed'))
  )
}

/** Every step that the given one waits for, directly or through others. */
export function ancestors(plan: readonly PlannedStep[], id: string): readonly string[] {
  const found = new Set<string>()
  const visit = (step: string) => {
    for (const need of plan.find((planned) => planned.id === step)?.needs ?? []) {
      if (found.has(need)) continue
      found.add(need)
      visit(need)
    }
  }
  visit(id)
  return [...found]
}

/** The next time at which something happens without anybody: a gate reminds or expires, a stopped deployment gives up its slot, people are called. */
export function wakeAt(deployment: Deployment): number | undefined {
  if (deployment.endedAt !== undefined) return undefined
  const open = deployment.gates.filter(({ status }) => status === 'open')
  const times = [...open.map(nextOf), givesUpAt(deployment), callsAt(deployment)].filter((at) => at !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** When people are reminded of an open gate next: once after half of its time, or every hour where it never expires. */
export function remindsAt(gate: Gate): number | undefined {
  if (gate.expiresAt === undefined) return firstReminderAt(gate) + gate.reminders * REMINDS_EVERY
  return gate.reminders === 0 ? firstReminderAt(gate) : undefined
}

function nextOf(gate: Gate): number | undefined {
  return remindsAt(gate) ?? gate.expiresAt
}

/** When a stopped deployment that nobody answers ends as failed, ms since the epoch. While a rollback is asked, it never does. */
export function givesUpAt(deployment: Deployment): number | undefined {
  const { stoppedAt, project } = deployment
  if (stoppedAt === undefined || asksForRollback(deployment)) return undefined
  if (isUnproved(deployment) || isChosen(deployment)) return undefined
  return stoppedAt + project.waitHours * HOUR
}

/** When the people on call are called again, ms since the epoch. */
export function callsAt({ emergency }: Deployment): number | undefined {
  if (emergency === undefined || emergency.answered !== undefined) return undefined
  return emergency.at + (emergency.calls + 1) * CALLS_EVERY
}

function beginningOf(deployment: Deployment, planned: PlannedStep): Beginning | undefined {
  const state = deployment.steps[planned.id]
  if (state === undefined || !isReady(deployment, planned.id)) return undefined
  const part = partToBegin(deployment, planned, state)
  if (part === 'run' && isHeld(deployment, planned)) return undefined
  return part && { step: planned.id, attempt: state.attempt + 1, part }
}

/** A gated step is asked first; it runs only under an approval that no run has used. */
function partToBegin(deployment: Deployment, planned: PlannedStep, state: StepState): 'ask' | 'run' | undefined {
  const approval = approvalOf(deployment, planned.id)
  const approved = approval !== undefined && !approval.used
  if (state.status === 'waiting') return approved ? 'run' : undefined
  if (state.status !== 'pending') return undefined
  return planned.gate === undefined || approved ? 'run' : 'ask'
}
