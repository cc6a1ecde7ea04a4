/**
 * What a deployment says: its cards, read off the fold, in the order of the thread. Every card that the fold calls for is
 * always among them; what is posted and what is edited is the difference to what was posted before.
 */
import type { Card } from './card.ts'
import type { Deployment } from './deployment.ts'
import { walksOf } from './diagnosis.ts'
import type { Problem } from './problems.ts'
import { callCard, emergencyCard } from './report/emergency.ts'
import { firstCard } from './report/first.ts'
import { gateCard, reminderCard } from './report/gate.ts'
import { incidentCard } from './report/incident.ts'
import { matrixCard } from './report/matrix.ts'
import { missedPosts } from './report/missed.ts'
import { problemSections, stopCard } from './report/problem.ts'
import { progressCard } from './report/progress.ts'
import { startedCard } from './report/queued.ts'
import { resultCard } from './report/result.ts'
import { rollbackMatrixCard } from './report/rollback.ts'
import { settingsCard } from './report/settings.ts'
import { upTo, type View } from './report/view.ts'
import { visibleCard } from './report/visible-card.ts'
import { walkCard } from './report/walk.ts'

/** A card with the key that it is posted under once, unique among all deployments. `progress`: edited often, and only its newest state matters. */
export interface Post {
  readonly key: string
  readonly card: Card
  readonly kind: 'progress' | 'post'
}

/** The cards of a deployment at `now`, ms since the epoch: `42/first`, `42/started`, `42/progress`, `42/settings:DIGEST`, `42/gate:aur-submit.1`, `42/missed:aur-submit.1:FROM-TO`, `42/problems:TIME`, `42/walk:1`, `42/matrix`, `42/rollback-matrix`, `42/incident`, `42/emergency`, `42/call:1`, `42/result`. */
export function cardsFor(deployment: Deployment, now: number, view: View = {}): readonly Post[] {
  const { gates, stops, startedAt } = deployment
  const posts: readonly (Post | undefined)[] = [
    post('first', firstCard(deployment, now, view)),
    post('started', startedCard(deployment)),
    startedAt === undefined
      ? undefined
      : { key: 'progress', kind: 'progress', card: progressCard(deployment, now, view) },
    ...(deployment.reconfigured ?? []).map((now) =>
      post(`settings:${now.digest.slice(0, 12)}`, settingsCard(deployment, now, view)),
    ),
    ...gates.flatMap((gate) => [
      post(`gate:${gate.id}`, gateCard(deployment, gate, view)),
      ...upTo(gate.reminders).map((count) =>
        post(`reminder:${gate.id}${count === 1 ? '' : `.${count}`}`, reminderCard(deployment, gate, view, count)),
      ),
      ...missedPosts(deployment, gate, view).map(({ key, card }) => post(key, card)),
    ]),
    ...[...walksOf(deployment).keys()].map((number) => post(`walk:${number}`, walkCard(deployment, number))),
    ...stops.map((stop) => post(`problems:${stop.at}`, stopCard(deployment, stop, view))),
    post('matrix', matrixCard(deployment)),
    post('rollback-matrix', rollbackMatrixCard(deployment)),
    post('incident', incidentCard(deployment)),
    post('emergency', emergencyCard(deployment, view)),
    ...upTo(deployment.emergency?.calls ?? 0).map((count) => post(`call:${count}`, callCard(deployment, count, view))),
    post('result', resultCard(deployment, view)),
  ]
  return posts.flatMap((each) => {
    if (each === undefined) return []
    return [{ ...each, key: `${deployment.number}/${each.key}`, card: visibleCard(each.card) }]
  })
}

/** The card of a refusal: what, why, what to do, and the command to copy. `spell` puts it as the platform wants it. */
export function problemCard(problem: Problem, spell?: (command: string) => string): Card {
  const sections = problemSections(problem, spell === undefined ? {} : { spell })
  return visibleCard({ title: problem.what, tone: 'bad', sections, buttons: [], files: [] })
}

function post(key: string, card: Card | undefined): Post | undefined {
  return card && { key, card, kind: 'post' }
}
