/** Whether a deployment that was taken up again asks before it changes anything outside, and why. */
import type { Deployment, Hold } from '../deployment.ts'
import type { NewEvent } from '../event.ts'
import { type Problem, problem } from '../problems.ts'
import { isChosen } from './phases.ts'

const MINUTE = 60_000

interface Absence {
  /** Now, ms since the epoch. */
  readonly at: number
  /** When the process before this one was last there: a long step writes no event, so the last one alone says little. */
  readonly lastAlive?: number | undefined
  /** What bars new deployments of the project now. */
  readonly barred?: Hold['barred'] | undefined
}

/** The event that a new process takes a deployment up with; of how long there was none it says nothing where a clock was set back. */
export function takenUp(
  { lastEventAt }: Pick<Deployment, 'lastEventAt'>,
  { at, lastAlive = lastEventAt, barred }: Absence,
): NewEvent & { readonly type: 'resumed' } {
  const away = at - Math.max(lastAlive, lastEventAt)
  const minutes = away < 0 ? {} : { away: Math.floor(away / MINUTE) }
  return { type: 'resumed', ...minutes, ...(barred !== undefined && { barred }), at }
}

/** The problem that a held deployment stops with. */
export function heldProblem(deployment: Deployment, { minutes, barred }: Hold): Problem {
  const { number } = deployment
  if (isChosen(deployment)) return problem('step.held-undo', { number })
  if (barred !== undefined) return problem(`step.held-by-${barred}`, { number })
  return minutes === undefined ? problem('step.held-untold', { number }) : problem('step.held', { number, minutes })
}

/** Whether it only asks before it goes on: nothing has failed. */
export function isHeldProblem({ code }: Pick<Problem, 'code'>): boolean {
  return code.startsWith('step.held')
}
