/** The questions of a deployment on the platforms that it is not told on: answered on one side, they close on the other. */
import type { Card, Section } from '../card.ts'
import type { Deployment, Place } from '../deployment.ts'
import { gateCard } from './gate.ts'
import { missedPosts } from './missed.ts'
import type { View } from './view.ts'
import { visibleCard } from './visible-card.ts'

interface Mirrored {
  readonly key: string
  readonly card: Card
  readonly place: Place
}

/**
 * One post for each question, in the project's first channel there, and one for each time in which presses there were lost. A
 * question that is answered already is not asked anew.
 */
export function mirrored(deployment: Deployment, platform: Place['platform'], view: View): readonly Mirrored[] {
  const { number, place, project, gates, messages } = deployment
  if (!project.mirror || platform === 'terminal' || platform === place.platform) return []
  const [channel] = project.channels[platform]
  if (channel === undefined) return []
  const kind = `mirror:${platform}`
  const post = (name: string, card: Card) => {
    const told = visibleCard({ ...card, sections: [whereTold(deployment), ...card.sections] })
    return { key: `${number}/${name}`, place: { platform, channel }, card: told }
  }
  return gates
    .filter((gate) => gate.status === 'open' || messages[`${number}/${kind}:${gate.id}`] !== undefined)
    .flatMap((gate) => [
      post(`${kind}:${gate.id}`, gateCard(deployment, gate, view)),
      ...missedPosts(deployment, gate, view, `${kind}-missed`).map(({ key, card }) => post(key, card)),
    ])
}

function whereTold({ place: { platform }, requester }: Deployment): Section {
  const where = { slack: 'in Slack', discord: 'in Discord', terminal: 'at the terminal' }[platform]
  return {
    kind: 'text',
    text: `${requester.name} asked for it ${where}, where it is told. It can be answered here too.`,
  }
}
