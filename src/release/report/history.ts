/** Looking back: how the last deployments ended, how often, how fast, and where they failed. */
import type { Card, Section } from '../card.ts'
import { median } from '../learned.ts'
import { historyPicture } from '../picture/history.ts'
import { PHASES, RECOVERY_PHASES } from '../plan.ts'
import type { PastDeployment } from './status.ts'
import { between, day, lasting, spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** As many as a phone shows in one look. */
const SHOWN = 20

/** The last deployments, newest first, as they are handed in; with `chart`, the last 30 as a picture. */
export function historyCard(past: readonly PastDeployment[], view: View = {}, chart = false): Card {
  const card = { tone: 'neutral', buttons: [], files: [] } as const
  if (past.length === 0) {
    const text = `${spelled(view, 'deploy')} offers the first versions.`
    return visibleCard({ ...card, title: 'No deployment has ended yet', sections: [{ kind: 'text', text }] })
  }
  const sections = [counted(past), ...(chart ? [] : [table(past, view)])]
  const pictures = chart ? [historyPicture(past)] : []
  return visibleCard({ ...card, title: 'The last deployments', sections, pictures })
}

/** What a team asks of its releases, in fields; one that nothing is known of is left out. */
function counted(past: readonly PastDeployment[]): Section {
  const releases = past.filter(({ kind }) => kind !== 'rollback')
  const complete = releases.filter(({ status }) => status === 'complete')
  const share = Math.round((100 * complete.length) / Math.max(1, releases.length))
  const worked = middleOf(complete.map((each) => each.worked))
  const back = past.flatMap(({ backAfter }) => backAfter ?? [])
  const fields: (readonly [string, string])[] = []
  if (releases.length > 0) fields.push(['Complete', `${complete.length} of ${releases.length} (${share} %)`])
  if (worked !== undefined) fields.push(['Median duration', `${lasting(worked)}, without the time people took`])
  fields.push(['Failures by phase', byPhase(past)])
  if (back.length > 0) fields.push(['Back to good after', `${lasting(middleOf(back) ?? 0)}, median of ${back.length}`])
  return { kind: 'fields', fields }
}

function middleOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined).toSorted((a, b) => a - b)
  return known.length === 0 ? undefined : median(known)
}

/** Each deployment counts where it failed first, also where that was mended. */
function byPhase(past: readonly PastDeployment[]): string {
  const parts = [...PHASES, ...RECOVERY_PHASES].flatMap(({ name, title }) => {
    const count = past.filter(({ failedIn }) => failedIn === name).length
    return count === 0 ? [] : [`${title} ${count}`]
  })
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function table(past: readonly PastDeployment[], view: View): Section {
  const rows = past
    .slice(0, SHOWN)
    .map(({ number, project, version, status, requester, requestedAt, endedAt, override }) => [
      `#${number}`,
      `${project} ${version}`,
      override === undefined ? status : `${status}, in a freeze: ${override}`,
      requester,
      day(requestedAt, view),
      endedAt === undefined ? '' : lasting(between(requestedAt, endedAt)),
    ])
  return { kind: 'table', head: ['', 'Version', 'End', 'Asked by', 'When', 'Took'], rows }
}
