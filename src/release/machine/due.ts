/** What may begin now: the parallel rules of the plan, read off the fold. */
import { approvalOf } from '../approvals.ts'
import type { Deployment, Gate, StepState } from '../deployment.ts'
import type { PlannedStep } from '../plan.ts'

const HOUR = 3_600_000

export interface Beginning {
  readonly step: string
  readonly attempt: number
  readonly part: 'ask' | 'run'
}

/** Every step whose needs are met, in the order of the plan. After a failure only checks that settle go on. */
export function beginnings(deployment: Deployment): readonly Beginning[] {
  if (deployment.status !== 'running' && deployment.status !== 'waiting') return []
  const halted = deployment.cancel !== undefined || deployment.gates.some(({ status }) => status === 'denied')
  if (halted) return []
  const failed = Object.values(deployment.steps).some(({ status }) => status === 'failed')
  return deployment.plan
    .filter((planned) => !failed || planned.settles)
    .flatMap((planned) => beginningOf(deployment, planned) ?? [])
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
  return ancestors(deployment.plan, id).every((need) => deployment.steps[need]?.status === 'done')
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

/** The next time at which something happens without anybody: a gate expires, or a stopped deployment gives up its slot. */
export function wakeAt(deployment: Deployment): number | undefined {
  if (deployment.endedAt !== undefined) return undefined
  const open = deployment.gates.filter(({ status }) => status === 'open')
  const expiries = open.map((gate) => (gate.reminded ? gate.expiresAt : remindsAt(gate)))
  const givesUp = deployment.stoppedAt === undefined ? [] : [givesUpAt(deployment, deployment.stoppedAt)]
  const times = [...expiries, ...givesUp]
  return times.length === 0 ? undefined : Math.min(...times)
}

/** When people are reminded of an open gate: after half of its time. */
export function remindsAt({ openedAt, expiresAt }: Gate): number {
  return openedAt + Math.floor((expiresAt - openedAt) / 2)
}

/** When a stopped deployment that nobody answers ends as failed, ms since the epoch. */
export function givesUpAt(deployment: Deployment, stoppedAt: number): number {
  return stoppedAt + deployment.project.waitHours * HOUR
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
