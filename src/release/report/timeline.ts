/** Where the time of a deployment went: the picture, and its words for whoever cannot see it. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { spansOf } from '../picture/spans.ts'
import { spent } from '../picture/spent.ts'
import { timelinePicture } from '../picture/timeline.ts'
import { expected } from '../timeline.ts'
import { titled } from './progress.ts'
import { between, spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** The answer to `timeline`. `now` is ms since the epoch. */
export function timelineCard(deployment: Deployment, now: number, view: View): Card {
  const { startedAt, endedAt = now, number } = deployment
  const card = { title: titled(deployment), tone: 'neutral', buttons: [], files: [] } as const
  if (startedAt === undefined) {
    const text = `It has not begun, so there is nothing to draw yet. ${spelled(view, `status #${number}`)} says what it waits for.`
    return visibleCard({ ...card, sections: [{ kind: 'text', text }] })
  }
  const text = `Took ${spent(between(startedAt, endedAt))}${deployment.endedAt === undefined ? ' so far' : ''}.`
  const sections: Section[] = [{ kind: 'text', text }, ...longest(deployment, endedAt)]
  return visibleCard({ ...card, sections, pictures: [timelinePicture(deployment, now)] })
}

const SHOWN = 5

/** The steps that the end waited for, those that took longest first. */
function longest(deployment: Deployment, until: number): readonly Section[] {
  const way = spansOf(deployment, until).flatMap(({ step, ran, critical }) =>
    critical && ran !== undefined ? [{ step, minutes: between(ran.from, ran.to) }] : [],
  )
  const items = way
    .toSorted((a, b) => b.minutes - a.minutes)
    .slice(0, SHOWN)
    .map(({ step, minutes }) => `${step.title}: ${spent(minutes)}, expected ${spent(expected(step))}`)
  return items.length === 0 ? [] : [{ kind: 'list', title: 'What the end waited for longest', items }]
}
