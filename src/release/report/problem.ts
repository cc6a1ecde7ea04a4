/** Problems as people read them: all that stopped a deployment, on one card. */

import type { Button, Card, Section } from '../card.ts'
import type { Deployment, LogExcerpt, Stop } from '../deployment.ts'
import { consequenceOf } from '../diagnosis/consequence.ts'
import { asksForRollback, isChosen } from '../machine/phases.ts'
import { mayGoOn } from '../machine/recovery.ts'
import { isUnproved } from '../machine/slot.ts'
import { approversToCall } from '../mentions.ts'
import type { Problem } from '../problems.ts'
import { CHOOSE, undoChoices } from '../undo.ts'
import { cancelButton } from './progress.ts'
import { reached, usersHave } from './reached.ts'
import { clock, spelled, type View } from './view.ts'

const DETAILS = 20

/** Everything that failed at one stop; while it stands, what users have meanwhile and the ways on, afterwards who went on. */
export function stopCard(deployment: Deployment, stop: Stop, view: View): Card {
  const { number, project, release, plan } = deployment
  const failed = stop.failed.map((failure) => ({
    ...failure,
    title: plan.find(({ id }) => id === failure.step)?.title ?? failure.step,
  }))
  const what = failed.length === 1 ? failed[0]?.title : `${failed.length} steps failed`
  const isLast = stop === deployment.stops.at(-1)
  if (isLast && isHeldUndo(deployment)) return heldUndoCard(deployment, stop, view)
  const stands = isLast && mayGoOn(deployment)
  return {
    title: `#${number}: ${project.title} ${release.full} stopped: ${what}`,
    tone: stands ? 'bad' : 'neutral',
    sections: [
      ...wentOn(deployment, stop, view),
      ...failed.flatMap((each, index) => failure(each, failed.length > 1 ? index + 1 : 0, view)),
      ...meaning(deployment, stop),
      ...(stands
        ? [...notRolledBack(deployment, stop), ...standing(deployment), ...waysOn(deployment, stop, view)]
        : []),
    ],
    buttons: stands ? buttons(deployment, stop) : [],
    files: [],
  }
}

/** A rollback that was interrupted has only one way on, and stands half done until somebody presses. */
function heldUndoCard(deployment: Deployment, { failed }: Stop, view: View): Card {
  const { number, project, release } = deployment
  return {
    title: `#${number}: the rollback of ${project.title} ${release.full} waits for a press`,
    tone: 'bad',
    mentions: approversToCall(project),
    sections: [
      ...failed
        .slice(0, 1)
        .flatMap(({ problem }) => [{ kind: 'text', text: problem.what } as const, ...problemSections(problem, view)]),
      ...standing(deployment),
    ],
    buttons: [retryButton(number)],
    files: [],
  }
}

function isHeldUndo(deployment: Deployment): boolean {
  return deployment.status === 'stopped' && deployment.hold !== undefined && isChosen(deployment)
}

/** First thing on the card once somebody has answered it: who, when and what. */
function wentOn(deployment: Deployment, stop: Stop, view: View): readonly Section[] {
  const { requestedAt, rollback, cancel, stops } = deployment
  const { retried, accepted, offers } = stop
  const fix = offers?.find(({ id }) => id === accepted?.offer)
  const isLast = stop === stops.at(-1)
  const answers = [
    { by: fix && accepted, did: 'pressed for a fix', what: `: ${fix?.title}` },
    { by: fix === undefined ? retried : undefined, did: 'retried it' },
    { by: isLast ? rollback : undefined, did: 'asked for a rollback' },
    { by: isLast ? cancel : undefined, did: 'cancelled it' },
  ]
  return answers.flatMap(({ by, did, what = '' }) => {
    if (by === undefined || by.at < stop.at) return []
    return [{ kind: 'text', text: `${by.actor.name} ${did}, ${clock(by.at, requestedAt, view)}${what}.` } as const]
  })
}

/** What users would meet if it were left so, and why the troubleshooting ended here. */
function meaning(deployment: Deployment, stop: Stop): readonly Section[] {
  const words = [consequenceOf(deployment, stop), stop.advice].filter((text) => text !== undefined)
  return words.map((text) => ({ kind: 'text', text }))
}

/** Why the question about a rollback could not be put, or what was chosen could not begin. */
function notRolledBack({ steps }: Deployment, { failed }: Stop): readonly Section[] {
  const reason = steps[CHOOSE]?.status === 'failed' ? steps[CHOOSE].problem : undefined
  if (reason === undefined || failed.some(({ step }) => step === CHOOSE)) return []
  return [
    { kind: 'text', text: `The rollback has not begun, and nothing was taken back. ${reason.what} ${reason.remedy}` },
  ]
}

/** Fixes that the tree offers come first, then the ways on that every stop has. */
function buttons(deployment: Deployment, { offers = [], failed }: Stop): readonly Button[] {
  const { number, rollback, steps } = deployment
  const fixes = offers.map(({ id, title }, at): Button => {
    return { label: title, style: at === 0 ? 'primary' : 'plain', command: `fix #${number} ${id}` }
  })
  const isAsked = steps[CHOOSE]?.status !== 'failed' && (rollback !== undefined || asksForRollback(deployment))
  const back = !isAsked && undoChoices(deployment).length > 0 ? [rollbackButton(number)] : []
  const isLogged = failed.some(({ log }) => log !== undefined)
  return [...fixes, retryButton(number), ...lookButtons(number, isLogged), ...back, cancelButton(number)]
}

/** What only looks; its answer is for whoever pressed. */
function lookButtons(number: number, isLogged: boolean): readonly Button[] {
  const log = { label: 'Log', style: 'plain', command: `logs #${number}` } as const
  return [...(isLogged ? [log] : []), { label: 'Diagnose', style: 'plain', command: `diagnose #${number}` }]
}

/** Leads to the question which rollback it is to be; nothing is rolled back by it. */
export function rollbackButton(number: number): Button {
  return { label: 'Roll back', style: 'danger', command: `rollback #${number}` }
}

function retryButton(number: number) {
  return { label: 'Retry', style: 'primary', command: `retry #${number}` } as const
}

type Failure = Stop['failed'][number] & { readonly title: string }

function failure({ title, problem, log }: Failure, position: number, view: View): readonly Section[] {
  const heading = position === 0 ? '' : `${position}. ${title}: `
  const below = log?.errors ?? []
  const details = problem.details.filter((line) => !below.includes(line))
  return [
    { kind: 'text', text: `${heading}${problem.what}` },
    ...problemSections({ ...withoutWaysOn(problem), details }, view),
    ...logSections(log),
  ]
}

/** The problem as part of a card that has its own ways on: another retry or cancel there would say it twice. */
export function withoutWaysOn(problem: Problem): Problem {
  const { copy, ...rest } = problem
  return /^(retry|cancel)\b/.test(copy ?? '') ? rest : problem
}

/** Why, what to do, and what to copy; what happened is for the title or the line above. */
export function problemSections({ why, details, remedy, lines, copy, shell }: Problem, view: View): readonly Section[] {
  const text = (words: string): readonly Section[] => (words === '' ? [] : [{ kind: 'text', text: words }])
  return [
    ...text(why),
    ...(details.length === 0 ? [] : [{ kind: 'list', items: bounded(details) } as const]),
    ...text(remedy),
    ...(lines === undefined ? [] : [{ kind: 'code', title: 'In slipway.yaml', text: lines, copy: true } as const]),
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

function waysOn(deployment: Deployment, stop: Stop, view: View): readonly Section[] {
  const { number, stoppedAt, requestedAt, project, release } = deployment
  if (stoppedAt === undefined) return []
  const retry = spelled(view, `retry #${number}`)
  const cancel = spelled(view, `cancel #${number}`)
  const until = clock(stoppedAt + project.waitHours * 3_600_000, requestedAt, view)
  const wait = isUnproved(deployment)
    ? 'It waits for as long as a script of it may still run on a server.'
    : asksForRollback(deployment)
      ? 'It waits until somebody answers.'
      : `It waits until ${until}, then it ends as failed.`
  const offered = (stop.offers ?? []).map(
    ({ id, title }) => `${spelled(view, `fix #${number} ${id}`)} does it: ${title.toLowerCase()}. `,
  )
  const text = `${offered.join('')}${retry} repeats what failed and goes on from there. ${cancel} ends it. ${wait}`
  const again = spelled(view, `deploy ${release.full} --project ${project.name}`)
  const configured = `A change in slipway.yaml counts for new deployments only: after it start Slipway again, then ${cancel} and ${again}.`
  return [{ kind: 'text', text }, ...(asksForConfiguration(stop) ? [{ kind: 'text', text: configured } as const] : [])]
}

/** A running deployment goes on with the configuration it began with. */
function asksForConfiguration({ failed }: Stop): boolean {
  return failed.some(({ problem }) => problem.lines !== undefined || problem.remedy.includes('slipway.yaml'))
}

function bounded(lines: readonly string[]): readonly string[] {
  const rest = lines.length - DETAILS
  return rest > 0 ? [...lines.slice(0, DETAILS), `and ${rest} more`] : lines
}
