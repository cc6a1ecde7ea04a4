/** The incident as a document: what happened, in what state it left everything, and how it was resolved. Markdown. */
import type { Deployment, LogExcerpt } from './deployment.ts'
import { consequenceOf } from './diagnosis/consequence.ts'
import { pathOf } from './diagnosis/path.ts'
import { walksOf } from './diagnosis.ts'
import { isRefused, undoStepsOf } from './machine/phases.ts'
import { UNDO } from './recovery.ts'
import { everReached } from './report/reached.ts'
import { rollbackState } from './report/rollback.ts'

/** What is known beside the deployment, from looking at the world now: one line for each component. */
export interface IncidentState {
  readonly now: number
  /** The rows of the last matrix, or what could not be looked at. */
  readonly components: readonly string[]
}

/** The whole document. Times are UTC, so that it reads the same everywhere. */
export function incidentText(deployment: Deployment, state: IncidentState): string {
  const { number, project, release } = deployment
  const parts = [
    `# Incident #${number}: ${project.title} ${release.full}`,
    facts(deployment, state),
    section('What failed', failures(deployment)),
    section('Troubleshooting', walks(deployment)),
    section('What the release had done', bullets(everReached(deployment))),
    section('Rollback', rollback(deployment)),
    section('State of every component', bullets(state.components)),
    section('Approvals', bullets(approvals(deployment))),
    section('Timeline', bullets(timeline(deployment))),
    section('Log excerpts', logs(deployment)),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function facts(deployment: Deployment, { now }: IncidentState): string {
  const { requester, requestedAt, stops, plan } = deployment
  const [first] = stops.at(-1)?.failed ?? []
  const failed = plan.find(({ id }) => id === first?.step)
  const rows = [
    ['Date', utc(now)],
    ['Version attempted', `${deployment.release.full}, asked for by ${requester.name}, ${utc(requestedAt)}`],
    ['Version before', deployment.previous?.release.full ?? 'none, it was the first release'],
    ['Phase and step failed', failed === undefined ? 'none' : `${failed.phase}, ${failed.title} (${failed.id})`],
    ['Error', first?.problem.what ?? 'none'],
    ['Consequence', consequenceOf(deployment, stops.at(-1) ?? { failed: [] }) ?? 'nothing reached users'],
    ['Rollback', resolution(deployment)],
    ['Origin', originState(deployment)],
  ]
  return rows.map(([name, value]) => `- **${name}:** ${value}`).join('\n')
}

/** Whether the origin is still ahead of what the servers run. */
function originState({ plan, steps, commit, project }: Deployment): string {
  const isPushed = plan.some(({ id, name }) => name === 'version.push' && steps[id]?.status === 'done')
  if (!isPushed || commit === undefined) return 'the release commit was not pushed'
  const isBack = steps['rollback.git']?.status === 'done'
  return isBack
    ? 'the release commits were taken back'
    : `${project.repository.branch} still holds the release commit ${commit.slice(0, 12)}: it is ahead of what serves`
}

function resolution(deployment: Deployment): string {
  if (isRefused(deployment)) return 'denied: nothing was taken back'
  const states = undoStepsOf(deployment)
    .filter(({ id }) => id !== 'rollback.incident')
    .map(({ id }) => deployment.steps[id]?.status)
  if (states.length === 0) return 'not needed'
  return states.every((status) => status === 'done')
    ? 'done and verified from outside'
    : 'begun, and not all of it worked: what is left is below'
}

function failures({ stops, plan }: Deployment): string {
  const failed = stops.flatMap((stop) => stop.failed.map((each) => ({ ...each, at: stop.at })))
  return failed
    .map(({ step, problem, at }) => {
      const title = plan.find(({ id }) => id === step)?.title ?? step
      const details = problem.details.map((line) => `  - ${line}`).join('\n')
      return `- ${utc(at)} **${title}**: ${problem.what} ${problem.why}${details === '' ? '' : `\n${details}`}`
    })
    .join('\n')
}

function walks(deployment: Deployment): string {
  return [...walksOf(deployment)]
    .map(([number, [first]]) => {
      const failed = deployment.plan.find(({ id }) => id === first?.walk?.step)?.title
      return `After “${failed ?? 'a step'}” had failed:\n\n${bullets(pathOf(deployment, number))}`
    })
    .join('\n\n')
}

function rollback(deployment: Deployment): string {
  return rollbackState(deployment)
    .flatMap((part) => (part.kind === 'list' ? part.items : []))
    .filter((item) => !item.startsWith(UNDO['rollback.incident'].title))
    .map((item) => `- ${item}`)
    .join('\n')
}

function approvals({ gates }: Deployment): readonly string[] {
  return gates.flatMap(({ name, presses }) =>
    presses.map(
      ({ actor, choice, at, digest, reason }) =>
        `${utc(at)} ${name}: ${choice} by ${actor.name} on ${actor.platform}, digest ${digest.slice(0, 12)}${reason === undefined ? '' : `: ${reason}`}`,
    ),
  )
}

/** What ran and when, in the order it began. */
function timeline({ plan, steps, requestedAt }: Deployment): readonly string[] {
  const ran = plan.flatMap(({ id, title }) => {
    const { beganAt, endedAt, status } = steps[id] ?? {}
    return beganAt === undefined ? [] : [{ beganAt, endedAt, title, status }]
  })
  const lines = ran
    .toSorted((a, b) => a.beganAt - b.beganAt)
    .map(
      ({ beganAt, endedAt, title, status }) =>
        `${utc(beganAt)} ${title}: ${status}${endedAt === undefined ? '' : `, ${utc(endedAt)}`}`,
    )
  return [`${utc(requestedAt)} asked for`, ...lines]
}

function logs({ stops }: Deployment): string {
  const found = stops.flatMap(({ failed }) => failed.flatMap(({ log }) => log ?? []))
  return found.map((log) => `\`${log.file}\`\n\n${fenced(excerptOf(log))}`).join('\n\n')
}

function excerptOf({ errors, tail }: LogExcerpt): string {
  return (errors.length > 0 ? errors : tail).join('\n')
}

/** Longer than any run of backticks inside, so that nothing of a log can end the block. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
