/** A deployment whose own place takes no cards is told where the project is heard besides: that it goes on, and what mends it. */
import { WHERE } from '../asked-on.ts'
import type { Card } from '../card.ts'
import type { Deployment, Place } from '../deployment.ts'
import type { Problem } from '../problems.ts'
import { problemSections } from './problem.ts'
import { spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

interface Told {
  readonly key: string
  readonly card: Card
  readonly place: Place
}

/** One post, in the project's first channel there; once the place takes cards again it says so. */
export function refusedPosts(deployment: Deployment, platform: Place['platform'], view: View): readonly Told[] {
  const { number, place, project, messages } = deployment
  const { refused } = view
  if (refused === undefined || platform === 'terminal' || platform === place.platform) return []
  const [channel] = project.channels[platform]
  const key = `${number}/refused:${platform}`
  if (channel === undefined || (refused === 'over' && messages[key] === undefined)) return []
  const card = refused === 'over' ? toldAgain(deployment) : cannotBeTold(deployment, refused, view)
  return [{ key, place: { platform, channel }, card: visibleCard(card) }]
}

/** In the deployment's own place, one for each channel that does not take its end. */
export function unannouncedPosts(deployment: Deployment, view: View): readonly Omit<Told, 'place'>[] {
  return (view.unannounced ?? []).map(({ channel, refusal }) => ({
    key: `${deployment.number}/unannounced:${channel}`,
    card: visibleCard({
      title: `${nameOf(deployment)} cannot be announced everywhere`,
      tone: 'waiting',
      sections: [{ kind: 'text', text: refusal.what }, ...problemSections(refusal, view)],
      buttons: [],
      files: [],
    }),
  }))
}

function cannotBeTold(deployment: Deployment, refused: Problem, view: View): Card {
  const goesOn = `#${deployment.number} goes on. Until that is fixed, this shows how it stands and what it waits for:`
  return {
    title: `${nameOf(deployment)} cannot be told ${WHERE[deployment.place.platform]}`,
    tone: 'bad',
    sections: [
      { kind: 'text', text: refused.what },
      ...problemSections(refused, view),
      { kind: 'text', text: goesOn },
      { kind: 'code', text: spelled(view, `status #${deployment.number}`), copy: true },
    ],
    buttons: [],
    files: [],
  }
}

function toldAgain(deployment: Deployment): Card {
  const title = `${nameOf(deployment)} is told ${WHERE[deployment.place.platform]} again`
  const text = 'Nothing was lost: its thread there catches up in order.'
  return { title, tone: 'neutral', sections: [{ kind: 'text', text }], buttons: [], files: [] }
}

function nameOf({ number, project, release }: Deployment): string {
  return `#${number}: ${project.title} ${release.full}`
}
