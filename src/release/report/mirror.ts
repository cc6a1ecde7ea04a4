/** The questions of a deployment on the platforms that it is not told on: answered on one side, they close on the other. */
import { mirrorKey, WHERE } from '../asked-on.ts'
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
 * question that is answered already is not asked anew. Without `mirror` it is asked there only while its own place cannot show
 * it: nobody could answer what nobody sees.
 */
export function mirrored(deployment: Deployment, platform: Place['platform'], view: View): readonly Mirrored[] {
  const { number, place, project, gates, messages } = deployment
  if (platform === 'terminal' || platform === place.platform) return []
  const [channel] = project.channels[platform]
  if (channel === undefined) return []
  const isHomeClosed = view.refused !== undefined && view.refused !== 'over'
  const isAsked = project.mirror || isHomeClosed
  const post = (key: string, card: Card, isOpen: boolean) => {
    const told = visibleCard({ ...card, sections: [whereTold(deployment, isHomeClosed, isOpen), ...card.sections] })
    return { key, place: { platform, channel }, card: told }
  }
  return gates
    .map((gate) => [gate, mirrorKey(deployment, gate, platform)] as const)
    .filter(([{ status }, key]) => (isAsked && status === 'open') || messages[key] !== undefined)
    .flatMap(([gate, key]) => [
      post(key, gateCard(deployment, gate, view), gate.status === 'open'),
      ...missedPosts(deployment, gate, view, `mirror:${platform}-missed`).map((missed) =>
        post(`${number}/${missed.key}`, missed.card, gate.status === 'open'),
      ),
    ])
}

function whereTold({ place: { platform }, requester }: Deployment, isHomeClosed: boolean, isOpen: boolean): Section {
  const told = isHomeClosed ? 'where it cannot be shown now' : 'where it is told'
  return {
    kind: 'text',
    text: `${requester.name} asked for it ${WHERE[platform]}, ${told}.${isOpen ? ' It can be answered here too.' : ''}`,
  }
}
