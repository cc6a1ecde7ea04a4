/** Problems as people read them: all that stopped a deployment, on one card. */
import type { Card, Section } from '../card.ts'
import type { Deployment, LogExcerpt, StepState } from '../deployment.ts'
import type { PlannedStep } from '../plan.ts'
import type { Problem } from '../problems.ts'
import { cancelButton } from './progress.ts'
import { reached, usersHave } from './reached.ts'
import { clock, spelled, type View } from './view.ts'

const DETAILS = 20

/** Everything that failed at one stop, what users have meanwhile, and the ways on. */
export function stopCard(deployment: Deployment, view: View): Card {
  const failed = deployment.plan.flatMap((planned) => {
    const state = deployment.steps[planned.id]
    return state?.status === 'failed' ? [{ planned, state }] : []
  })
  const [only] = failed
  const what = failed.length === 1 && only !== undefined ? only.planned.title : `${failed.length} steps failed`
  return {
    title: `#${deployment.number}: ${deployment.project.title} ${deployment.release.full} stopped: ${what}`,
    tone: 'bad',
    sections: [
      ...failed.flatMap(({ planned, state }, index) =>
        failure(planned, state, failed.length > 1 ? index + 1 : 0, view),
      ),
      ...standing(deployment),
      ...waysOn(deployment, view),
    ],
    buttons: deployment.status === 'stopped' ? [retryButton(deployment.number), cancelButton(deployment.number)] : [],
    files: [],
  }
}

function retryButton(number: number) {
  return { label: 'Retry', style: 'primary', command: `retry #${number}` } as const
}

function failure(planned: PlannedStep, { problem, log }: StepState, position: number, view: View): readonly Section[] {
  const heading = position === 0 ? '' : `${position}. ${planned.title}: `
  if (problem === undefined)
    return [{ kind: 'text', text: `${heading}failed without saying why.` }, ...logSections(log)]
  return [{ kind: 'text', text: `${heading}${problem.what}` }, ...problemSections(problem, view), ...logSections(log)]
}

/** Why, what to do, and what to copy; what happened is for the title or the line above. */
export function problemSections({ why, details, remedy, copy, shell }: Problem, view: View): readonly Section[] {
  const text = (words: string): readonly Section[] => (words === '' ? [] : [{ kind: 'text', text: words }])
  return [
    ...text(why),
    ...(details.length === 0 ? [] : [{ kind: 'list', items: bounded(details) } as const]),
    ...text(remedy),
    ...(shell === undefined ? [] : [{ kind: 'code', title: 'In a shell', text: shell, copy: true } as const]),
    ...(copy === undefined ? [] : [{ kind: 'code', text: spelled(view, copy), copy: true } as const]),
  ]
}

function logSections(log: LogExcerpt | undefined): readonly Section[] {
  if (log === undefined) return []
  const [title, lines] =
    log.errors.length > 0 ? ['Lines that look like the reason', log.errors] : ['End of the log', log.tail]
  const excerpt = lines.length === 0 ? [] : [{ kind: 'code', title, text: bounded(lines).join('\n') } as const]
  return [...excerpt, { kind: 'fields', fields: [['Whole log', log.file]] }]
}

/** What users have, and what the release has left in the world so far. */
function standing(deployment: Deployment): readonly Section[] {
  const items = reached(deployment)
  const list = items.length === 0 ? [] : [{ kind: 'list', title: 'Done so far', items } as const]
  return [{ kind: 'text', text: usersHave(deployment) }, ...list]
}

function waysOn(deployment: Deployment, view: View): readonly Section[] {
  const { number, stoppedAt, requestedAt, project } = deployment
  if (deployment.status !== 'stopped' || stoppedAt === undefined) return []
  const retry = spelled(view, `retry #${number}`)
  const cancel = spelled(view, `cancel #${number}`)
  const until = clock(stoppedAt + project.waitHours * 3_600_000, requestedAt, view)
  const text = `${retry} looks again and goes on from there. ${cancel} ends it. It waits until ${until}, then it ends as failed.`
  return [{ kind: 'text', text }]
}

function bounded(lines: readonly string[]): readonly string[] {
  const rest = lines.length - DETAILS
  return rest > 0 ? [...lines.slice(0, DETAILS), `and ${rest} more`] : lines
}
