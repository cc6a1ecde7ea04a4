/** Which part of a deployment is at work: its release, the troubleshooting of a failure, or its rollback. */
import type { Deployment } from '../deployment.ts'
import type { PlannedStep } from '../plan.ts'

export function isRecovery({ phase }: Pick<PlannedStep, 'phase'>): boolean {
  return phase === 'troubleshoot' || phase === 'rollback'
}

/** The undo steps of the plan, without the question before them. */
export function undoStepsOf({ plan }: Pick<Deployment, 'plan'>): readonly PlannedStep[] {
  return plan.filter(({ phase, id }) => phase === 'rollback' && id !== 'rollback.choose')
}

/** A rollback was approved and has begun: the release part does nothing more. An approval that was voided has begun nothing. */
export function isChosen({ gates }: Deployment): boolean {
  return gates.some(({ name, used, status }) => name === 'rollback' && used && status === 'approved')
}

/** The question about a rollback is open. */
export function asksForRollback({ gates }: Pick<Deployment, 'gates'>): boolean {
  return gates.some(({ name, status }) => name === 'rollback' && status === 'open')
}

/** A rollback was denied. */
export function isRefused({ gates }: Deployment): boolean {
  return gates.some(({ name, status }) => name === 'rollback' && status === 'denied')
}

/** Whether a step of the release itself has failed. */
export function hasFailed({ plan, steps }: Deployment): boolean {
  return plan.some((step) => !isRecovery(step) && steps[step.id]?.status === 'failed')
}
