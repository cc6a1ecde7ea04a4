/**
 * The questions of a deployment on the platforms that it is not told on: answered on one side, they close on the other. And
 * whom it calls, while nobody could hear it in its own place.
 */
import { mirrorKey, WHERE } from '../asked-on.ts'
import type { Card, Section } from '../card.ts'
import type { Deployment, Place } from '../deployment.ts'
import { callCard, emergencyCard } from './emergency.ts'
import { gateCard, reminderCard } from './gate.ts'
import { missedPosts } from './missed.ts'
import { upTo, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

interface Mirrored {
  readonly key: string
  readonly card: Card
  readonly place: Place
}

/**
 * One post for each question, in the project's first channel there, and one for each time in which presses there were lost. A
 * question that is answered already is not asked anew. Without `mirror` it is asked there only while its own place cannot show
 * it: nobody could answer what nobody sees. Meanwhile it reminds and calls people there too, with the newest of each.
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
  const questions = gates
    .map((gate) => [gate, mirrorKey(deployment, gate, platform)] as const)
    .filter(([{ status }, key]) => (isAsked && status === 'open') || messages[key] !== undefined)
    .flatMap(([gate, key]) => [
      post(key, gateCard(deployment, gate, view), gate.status === 'open'),
      ...missedPosts(deployment, gate, view, `mirror:${platform}-missed`).map((missed) =>
        post(`${number}/${missed.key}`, missed.card, gate.status === 'open'),
      ),
    ])
  const calls = callsOf(deployment, view)
    .map((call) => ({ ...call, key: `${number}/mirror:${platform}-${call.name}` }))
    .filter(({ key, isOpen, isNewest }) => (isHomeClosed && isOpen && isNewest) || messages[key] !== undefined)
    .map(({ key, card, isOpen }) => post(key, card, isOpen))
  return [...questions, ...calls]
}

interface Call {
  readonly name: string
  readonly card: Card
  /** Nobody has answered. */
  readonly isOpen: boolean
  readonly isNewest: boolean
}

/** What calls people besides the questions themselves. */
function callsOf(deployment: Deployment, view: View): readonly Call[] {
  const { gates, emergency } = deployment
  const reminders = gates.flatMap((gate) =>
    upTo(gate.reminders).map((count) => ({
      name: `reminder:${gate.id}.${count}`,
      card: reminderCard(deployment, gate, view, count),
      isOpen: gate.status === 'open',
      isNewest: count === gate.reminders,
    })),
  )
  const first = emergencyCard(deployment, view)
  if (emergency === undefined || first === undefined) return reminders
  const isOpen = emergency.answered === undefined
  const calls = upTo(emergency.calls).map((count) => ({
    name: `call:${count}`,
    card: callCard(deployment, count, view),
    isOpen,
    isNewest: count === emergency.calls,
  }))
  return [...reminders, { name: 'emergency', card: first, isOpen, isNewest: true }, ...calls]
}

function whereTold({ place: { platform }, requester }: Deployment, isHomeClosed: boolean, isOpen: boolean): Section {
  const told = isHomeClosed ? 'where it cannot be shown now' : 'where it is told'
  return {
    kind: 'text',
    text: `${requester.name} asked for it ${WHERE[platform]}, ${told}.${isOpen ? ' It can be answered here too.' : ''}`,
  }
}
