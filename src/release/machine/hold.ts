/** Why a deployment that was taken up again asks before it changes anything outside. */
import type { Hold } from '../deployment.ts'
import { type Problem, problem } from '../problems.ts'

/** The problem that a held deployment stops with. */
export function heldProblem(number: number, { minutes, barred }: Hold): Problem {
  return barred === undefined
    ? problem('step.held', { number, minutes })
    : problem(`step.held-by-${barred}`, { number })
}
