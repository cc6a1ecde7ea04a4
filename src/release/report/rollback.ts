/** A rollback as people read it: what each undo step came to, and how the world looks from outside afterwards. */
import type { Card, Section } from '../card.ts'
import type { Deployment, StepState } from '../deployment.ts'
import { undoStepsOf } from '../machine/phases.ts'
import { rowsCard } from './matrix.ts'
import { spelled, type View } from './view.ts'

const SAYS: Readonly<Record<StepState['status'], string>> = {
  pending: 'not begun',
  asking: 'not begun',
  waiting: 'not begun',
  running: 'under way',
  done: 'done',
  failed: 'failed',
}

/** Every undo step with how it came out; empty where no rollback has begun. */
export function rollbackState(deployment: Deployment): readonly Section[] {
  const items = undoStepsOf(deployment).map(({ id, title }) => {
    const { status = 'pending', problem } = deployment.steps[id] ?? {}
    return `${title}: ${SAYS[status]}${problem === undefined ? '' : `. ${problem.what}`}`
  })
  return items.length === 0 ? [] : [{ kind: 'list', title: 'Rollback', items }]
}

/** What is sent after a rollback. The version gone back to is named: the one released last may be the one that was left. */
export function afterRollback({ project, previous }: Deployment, view: View) {
  const back = previous === undefined ? '' : ` ${previous.release.full}`
  return {
    verify: spelled(view, `verify${back} --project ${project.name}`),
    unlock: spelled(view, `unlock ${project.name}`),
  }
}

/** The matrix against the version gone back to, or undefined while it has not been looked at. */
export function rollbackMatrixCard(deployment: Deployment): Card | undefined {
  const { number, previous, project, steps } = deployment
  const title = `#${number}: rolled back to ${previous?.release.full ?? 'what was before'}, from outside`
  return rowsCard(title, project, steps['rollback.verify']?.evidence.matrix)
}
