/** The states of steps in the fold: how one begins, how one is replaced, and whether any is at work. */
import type { Deployment, Evidence, StepState } from '../deployment.ts'

/** A step that has not begun. */
export const OPEN: StepState = { status: 'pending', attempt: 0, stale: false, evidence: {}, notes: [] }

/** Whether it took effect, or may have, in any of its attempts: looked for in the world before anybody says that it did not. */
export function mayStand(state: StepState | undefined): boolean {
  return stands(state) || state?.attempted !== undefined
}

/** Whether it is known that it took effect. */
export function stands(state: StepState | undefined): boolean {
  return state?.status === 'done' || state?.left !== undefined
}

/** What it was about to do outside, in all its attempts, oldest first. */
export function intentsOf(state: StepState | undefined): readonly Evidence[] {
  return (state?.attempted ?? []).map(({ intent }) => intent)
}

/** What this attempt was about to do outside; undefined before it said so. */
export function intentOf(state: StepState | undefined): Evidence | undefined {
  return state?.attempted?.findLast(({ attempt }) => attempt === state.attempt)?.intent
}

/** The state without what this attempt was about to do: it is known that nothing of it was done. */
export function withoutIntent({ attempted = [], ...state }: StepState): StepState {
  const earlier = attempted.filter(({ attempt }) => attempt !== state.attempt)
  return { ...state, ...(earlier.length > 0 && { attempted: earlier }) }
}

export function setStep(deployment: Deployment, id: string, state: StepState): Deployment {
  return { ...deployment, steps: { ...deployment.steps, [id]: state } }
}

export function isBusy({ steps }: Pick<Deployment, 'steps'>): boolean {
  return Object.values(steps).some(({ status }) => status === 'running' || status === 'asking')
}
