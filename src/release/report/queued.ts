/** Waiting for a turn: the place, what is before it, when it should begin, and the word when it does. */
import type { Card } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { estimate } from '../timeline.ts'
import { spokenBar } from './bar.ts'
import { between, clock, lasting, listed, spelled, type View } from './view.ts'

const MINUTE = 60_000
/** Nobody plans by the minute, and a card that is edited every minute tells nothing more. */
const STEP = 5 * MINUTE

type Fields = readonly (readonly [string, string])[]

/** What the first card says of the wait: while it lasts and afterwards; nothing where there was none. */
export function waitFields(deployment: Deployment, now: number, view: View): Fields {
  const { startedAt, endedAt, requestedAt, queuedAfter, number } = deployment
  const behind = listed(queuedAfter.map((each) => `#${each}`))
  if (startedAt !== undefined && queuedAfter.length > 0)
    return [
      [
        'Waited',
        `${lasting(between(requestedAt, startedAt))} behind ${behind}, started ${clock(startedAt, requestedAt, view)}`,
      ],
    ]
  const waits = startedAt === undefined && endedAt === undefined && (view.ahead?.length || view.bar)
  if (!waits) return []
  return [
    ['Place', spokenPlace(deployment, view)],
    ['Starts', expectedStart(now, view)],
    ['To take it back', spelled(view, `cancel #${number}`)],
  ]
}

/** `2: #1 (3.1.3+001, stopped) is before it`. */
export function spokenPlace({ project }: Deployment, { ahead = [] }: View): string {
  const before = ahead.map(({ number, release, status }) => `#${number} (${release.full}, ${status})`)
  const are = before.length === 1 ? 'is' : 'are'
  if (before.length === 0) return '1: nothing is before it'
  return `${before.length + 1}: one deployment of ${project.title} at a time, and ${listed(before)} ${are} before it`
}

/** When its turn should come. What people take to answer is not known, and is never made up. */
export function expectedStart(now: number, view: View): string {
  const { ahead = [], bar } = view
  if (bar !== undefined) return spokenBar(bar, now, view)
  if (ahead.length === 0) return 'now'
  const minutes = ahead.reduce((sum, each) => sum + minutesLeft(each, now), 0)
  const person = ahead.find(({ status }) => status === 'waiting' || status === 'stopped')
  if (person !== undefined) {
    const what = person.status === 'stopped' ? 'is stopped until a person goes on or ends it' : 'waits for an answer'
    return `not known: #${person.number} ${what}; about ${lasting(minutes)} after that`
  }
  const start = Math.ceil((now + minutes * MINUTE) / STEP) * STEP
  return `about ${clock(start, now, view)}, and later by what people take to answer, which is not known`
}

/** The word for whoever waited. */
export function startedCard({
  number,
  project,
  release,
  startedAt,
  requestedAt,
  queuedAfter,
}: Deployment): Card | undefined {
  if (startedAt === undefined || queuedAfter.length === 0) return undefined
  const waited = lasting(between(requestedAt, startedAt))
  return {
    title: `#${number}: ${project.title} ${release.full} starts now`,
    tone: 'running',
    sections: [{ kind: 'text', text: `It waited ${waited} behind ${listed(queuedAfter.map((each) => `#${each}`))}.` }],
    buttons: [],
    files: [],
  }
}

/** A stopped one may begin anew where it stopped; an ended one is gone. */
function minutesLeft({ plan, steps }: Deployment, now: number): number {
  return estimate(plan, steps, now).remainingMinutes
}
