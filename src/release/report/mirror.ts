/** The questions of a deployment on the platforms that it is not told on: answered on one side, they close on the other. */
import type { Card, Section } from '../card.ts'
import type { Deployment, Gate, Place } from '../deployment.ts'
import { gateCard } from './gate.ts'
import type { View } from './view.ts'
import { visibleCard } from './visible-card.ts'

interface Mirrored {
  readonly key: string
  readonly card: Card
  readonly place: Place
}

/** One post for each question, in the project's first channel there. One that is answered already is not asked anew. */
export function mirrored(deployment: Deployment, platform: Place['platform'], view: View): readonly Mirrored[] {
  const { number, place, project, gates, messages } = deployment
  if (!project.mirror || platform === 'terminal' || platform === place.platform) return []
  const [channel] = project.channels[platform]
  if (channel === undefined) return []
  const keyOf = ({ id }: Gate) => `${number}/mirror:${platform}:${id}`
  return gates
    .filter((gate) => gate.status === 'open' || messages[keyOf(gate)] !== undefined)
    .map((gate) => ({ key: keyOf(gate), place: { platform, channel }, card: asked(deployment, gate, view) }))
}

function asked(deployment: Deployment, gate: Gate, view: View): Card {
  const card = gateCard(deployment, gate, view)
  return visibleCard({ ...card, sections: [whereTold(deployment), ...card.sections] })
}

function whereTold({ place: { platform }, requester }: Deployment): Section {
  const where = { slack: 'in Slack', discord: 'in Discord', terminal: 'at the terminal' }[platform]
  return {
    kind: 'text',
    text: `${requester.name} asked for it ${where}, where it is told. It can be answered here too.`,
  }
}
