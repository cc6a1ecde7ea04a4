/** Looking from afar: what is open now, and how the last deployments ended. */

import type { Card, Section } from '../card.ts'
import type { Deployment, DeploymentStatus } from '../deployment.ts'
import { estimate } from '../timeline.ts'
import { whoMayApprove } from './gate.ts'
import { headline, progressCard, STATUS } from './progress.ts'
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
}

/** One line on what matters first, then every deployment; a single one with its phases. */
export function statusCard(deployments: readonly Deployment[], now: number, view: View = {}): Card {
  const [only] = deployments
  if (only === undefined)
    return card('Nothing is being deployed', 'neutral', [
      {
        kind: 'text',
        text: `${spelled(view, 'deploy')} offers the next versions, ${spelled(view, 'history')} shows the last ones.`,
      },
    ])
  const first = deployments.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status))[0] ?? only
  const { tone } = STATUS[first.status]
  if (deployments.length === 1) return card(standsAt(first, now, view), tone, progressCard(first, now, view).sections)
  return card(standsAt(first, now, view), tone, [
    {
      kind: 'table',
      head: ['Deployment', 'State', 'Where it stands'],
      rows: deployments.map((each) => row(each, now, view)),
    },
  ])
}

/** The last deployments, newest first, as they are handed in. */
export function historyCard(past: readonly PastDeployment[], view: View = {}): Card {
  if (past.length === 0)
    return card('No deployment has ended yet', 'neutral', [
      { kind: 'text', text: `${spelled(view, 'deploy')} offers the first versions.` },
    ])
  const rows = past.map(({ number, project, version, status, requester, requestedAt, endedAt }) => [
    `#${number}`,
    `${project} ${version}`,
    status,
    requester,
    day(requestedAt, view),
    endedAt === undefined ? '' : lasting(between(requestedAt, endedAt)),
  ])
  return card('The last deployments', 'neutral', [
    { kind: 'table', head: ['', 'Version', 'End', 'Asked by', 'When', 'Took'], rows },
  ])
}

/** Who wants a person comes first. */
const URGENCY: readonly DeploymentStatus[] = ['emergency', 'stopped', 'waiting', 'running', 'queued']

/** `Waiting for ana to approve 3.1.3+001, 12 min, until 16:40 UTC`. */
function standsAt(deployment: Deployment, now: number, view: View): string {
  const { number, project, release, status } = deployment
  const gate = deployment.gates.find((each) => each.status === 'open')
  if (status !== 'waiting' || gate === undefined)
    return `#${number}: ${project.title} ${release.full} ${STATUS[status].says}`
  const who = whoMayApprove(deployment, gate)
  return `#${number}: waiting for ${who} to approve ${project.title} ${release.full}, ${lasting(between(gate.openedAt, now))} so far, until ${clock(gate.expiresAt, now, view)}`
}

function row(deployment: Deployment, now: number, view: View): readonly string[] {
  const { number, project, release, status, plan, steps } = deployment
  return [
    `#${number} ${project.title} ${release.full}`,
    status,
    headline(deployment, estimate(plan, steps, now, view.learned), now, view),
  ]
}

function day(at: number, { zone = 'UTC' }: View): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(
    at,
  )
}

function card(title: string, tone: Card['tone'], sections: readonly Section[]): Card {
  return visibleCard({ title, tone, sections, buttons: [], files: [] })
}
