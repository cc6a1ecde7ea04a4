/** The states of steps in the fold: how one begins, how one is replaced, and whether any is at work. */
import type { Deployment, StepState } from '../deployment.ts'

/** A step that has not begun. */
export const OPEN: StepState = { status: 'pending', attempt: 0, stale: false, evidence: {}, notes: [] }

/** Whether it took effect, or may have, in any of its attempts: looked for in the world before anybody says that it did not. */
export function mayStand(state: StepState | undefined): boolean {
  return state !== undefined && (state.status === 'done' || state.left !== undefined || state.attempted !== undefined)
}

export function setStep(deployment: Deployment, id: string, state: StepState): Deployment {
  return { ...deployment, steps: { ...deployment.steps, [id]: state } }
}

export function isBusy({ steps }: Pick<Deployment, 'steps'>): boolean {
  return Object.values(steps).some(({ status }) => status === 'running' || status === 'asking')
}
