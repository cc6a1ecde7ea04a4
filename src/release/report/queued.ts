/** What a deployment answers that has to wait for its turn: its place, and how to take it back. */
import type { Card } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { titled } from './progress.ts'
import { listed, spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** `ahead`: the open deployments of the same project that were asked for before, in their order. */
export function queuedCard(deployment: Deployment, ahead: readonly Deployment[], view: View = {}): Card {
  const { number, project } = deployment
  const before = ahead.map((each) => `#${each.number} (${each.release.full}, ${each.status})`)
  const place = `Place ${ahead.length + 1}: one deployment of ${project.title} at a time, and ${listed(before)} ${before.length === 1 ? 'is' : 'are'} before it.`
  const on = `It begins by itself when ${before.length === 1 ? 'that has' : 'those have'} ended. ${spelled(view, `cancel #${number}`)} takes it back.`
  return visibleCard({
    title: titled(deployment),
    tone: 'neutral',
    sections: [
      { kind: 'text', text: place },
      { kind: 'text', text: on },
    ],
    buttons: [],
    files: [],
  })
}
