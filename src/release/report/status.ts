/** Looking from afar: what is open now, and how the last deployments ended. */

import type { Bar } from '../bar.ts'
import type { Card, Section } from '../card.ts'
import type { Deployment, DeploymentStatus } from '../deployment.ts'
import { aheadOf } from '../line.ts'
import { estimate } from '../timeline.ts'
import { spokenBar } from './bar.ts'
import { untilWhen, whoMayApprove } from './gate.ts'
import { headline, progressCard, STATUS, titled } from './progress.ts'
import { expectedStart, spokenPlace } from './queued.ts'
import { between, clock, lasting, spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** What is known of an ended deployment without opening it. */
export interface PastDeployment {
  readonly number: number
  readonly project: string
  readonly version: string
  readonly status: string
  readonly requester: string
  readonly requestedAt: number
  readonly endedAt?: number
  /** Why an admin deployed it in a freeze. */
  readonly override?: string
  readonly kind?: string
  readonly worked?: number
  readonly failedIn?: string
  readonly backAfter?: number
}

/** Everything that `/status` tells; what the person may not see is not among it. */
export interface Overview {
  readonly open: readonly Deployment[]
  readonly barred: readonly { readonly title: string; readonly bar: Bar }[]
  /** How the last deployment of each project ended. */
  readonly last: readonly { readonly title: string; readonly past: PastDeployment }[]
  /** What ended last, shown in full where nothing is open. */
  readonly newest?: Deployment
}

/** One line on what matters first, then what runs, what is queued, what is locked, and the last results. */
export function statusCard(overview: Overview, now: number, view: View = {}): Card {
  const { open, newest } = overview
  const [first] = open.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status))
  const begun = open.filter(({ startedAt }) => startedAt !== undefined)
  const shown = first ?? newest
  return card(shown === undefined ? 'Nothing is being deployed' : standsAt(shown, now, view), toneOf(shown), [
    ...(shown === undefined ? [waysIn(view)] : []),
    ...running(begun.length > 0 || newest === undefined ? begun : [newest], now, view),
    ...listOf(
      'Queued',
      open.filter(({ startedAt }) => startedAt === undefined).map((each) => queuedLine(each, overview, now, view)),
    ),
    ...listOf(
      'Nothing new is deployed',
      overview.barred.map(({ title, bar }) => `${title}: ${spokenBar(bar, now, view)}`),
    ),
    ...listOf(
      'Last result',
      overview.last.map(({ title, past }) => lastLine(title, past, now, view)),
    ),
  ])
}

/** A single deployment: where it stands, with its phases. */
export function deploymentCard(deployment: Deployment, now: number, view: View = {}): Card {
  return card(standsAt(deployment, now, view), toneOf(deployment), progressCard(deployment, now, view).sections)
}

/** To whoever asked for what is under way already; `notes` are those that they gave with it. */
export function joinedCard(deployment: Deployment, now: number, view: View = {}, notes?: string): Card {
  const { number, requester } = deployment
  const text = `Joined #${number}, which ${requester.name} asked for, ${clock(deployment.requestedAt, now, view)}: nothing new was queued. Its thread has everything.`
  const { title, tone, sections } = deploymentCard(deployment, now, view)
  return card(title, tone, [{ kind: 'text', text }, ...unnoted(deployment, notes, view), ...sections])
}

/** What a deployment says in the changelog is what it was asked for with: no later notes take the place of that. */
function unnoted(
  { number, release, notes: own }: Deployment,
  notes: string | undefined,
  view: View,
): readonly Section[] {
  if (notes === undefined || notes === own) return []
  const again = spelled(view, `deploy ${release.full} --notes "…"`)
  const text = `The notes were not taken: #${number} keeps ${own === undefined ? 'the list of its commits' : 'those that it was asked for with'}. To have them in its place, ${spelled(view, `cancel #${number}`)}, and once it has ended, ${again}.`
  return [{ kind: 'text', text }]
}

function running(deployments: readonly Deployment[], now: number, view: View): readonly Section[] {
  const [only, second] = deployments
  if (only === undefined) return []
  if (second === undefined) return progressCard(only, now, view).sections
  const rows = deployments.map((each) => row(each, now, view))
  return [{ kind: 'table', head: ['Deployment', 'State', 'Where it stands'], rows }]
}

function queuedLine(deployment: Deployment, { open, barred }: Overview, now: number, view: View): string {
  const { number, project, release } = deployment
  const bar = barred.find(({ title }) => title === project.title)?.bar
  const line = { ...view, ahead: aheadOf(deployment, open), ...(bar && { bar }) }
  return `#${number} ${project.title} ${release.full}: place ${spokenPlace(deployment, line)}. Starts: ${expectedStart(now, line)}`
}

/** `#41 Harbour 3.1.2+001 is released, ended 12 Mar 16:40 UTC, asked for by ana`. */
function lastLine(title: string, past: PastDeployment, now: number, view: View): string {
  const { number, version, status, requester, endedAt } = past
  const says = status in STATUS ? STATUS[status as DeploymentStatus].says : status
  const ended = endedAt === undefined ? '' : `, ended ${clock(endedAt, now, view)}`
  return `#${number} ${title} ${version} ${says}${ended}, asked for by ${requester}`
}

function listOf(title: string, items: readonly string[]): readonly Section[] {
  return items.length === 0 ? [] : [{ kind: 'list', title, items }]
}

function waysIn(view: View): Section {
  const text = `${spelled(view, 'deploy')} offers the next versions, ${spelled(view, 'history')} shows the last ones.`
  return { kind: 'text', text }
}

function toneOf(deployment: Deployment | undefined): Card['tone'] {
  return deployment === undefined ? 'neutral' : STATUS[deployment.status].tone
}

/** Who wants a person comes first. */
const URGENCY: readonly DeploymentStatus[] = ['emergency', 'stopped', 'waiting', 'running', 'queued']

/** `Waiting for ana to approve Harbour 3.1.3+001 (#42), 12 min, until 16:40 UTC`. */
function standsAt(deployment: Deployment, now: number, view: View): string {
  const { number, project, release, status } = deployment
  const gate = deployment.gates.find((each) => each.status === 'open')
  if (status !== 'waiting' || gate === undefined) return titled(deployment)
  const who = whoMayApprove(deployment, gate)
  return `Waiting for ${who} to approve ${project.title} ${release.full} (#${number}), ${lasting(between(gate.openedAt, now))}, ${untilWhen(gate, now, view)}`
}

function row(deployment: Deployment, now: number, view: View): readonly string[] {
  const { number, project, release, status, plan, steps } = deployment
  return [
    `#${number} ${project.title} ${release.full}`,
    status,
    headline(deployment, estimate(plan, steps, now), now, view),
  ]
}

function card(title: string, tone: Card['tone'], sections: readonly Section[]): Card {
  return visibleCard({ title, tone, sections, buttons: [], files: [] })
}
