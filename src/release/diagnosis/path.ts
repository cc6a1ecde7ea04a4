/** The path that a walk through the tree took, as people read it: question, what was found, fix, result. */
import type { Deployment, StepState } from '../deployment.ts'
import { walksOf } from '../diagnosis.ts'
import type { PlannedStep } from '../plan.ts'
import { FIXES } from '../recovery.ts'

/** One line for each question and each fix of the walk, in the order they were come to. */
export function pathOf(deployment: Deployment, number: number): readonly string[] {
  const steps = walksOf(deployment).get(number) ?? []
  return steps.map((step) => `${step.title} ${foundBy(step, deployment.steps[step.id])}`)
}

function foundBy({ name }: PlannedStep, state: StepState | undefined): string {
  return name in FIXES ? `- ${FIXED[state?.status ?? 'pending']}${why(state)}` : looked(state)
}

function looked(state: StepState | undefined): string {
  if (state?.status === 'done') return String(state.evidence.found ?? state.evidence.answer ?? 'nothing')
  return state?.status === 'failed' ? `It could not be found out${why(state)}` : 'Looking.'
}

function why(state: StepState | undefined): string {
  return state?.status === 'failed' && state.problem !== undefined ? `: ${state.problem.what}` : ''
}

const FIXED: Readonly<Record<StepState['status'], string>> = {
  pending: 'about to begin',
  asking: 'about to begin',
  waiting: 'waits',
  running: 'under way',
  done: 'done',
  failed: 'did not work',
}
