/** Locks in the channel: set, lifted, and the word to those who were refused meanwhile. */
import type { Card } from '../card.ts'
import type { Lock } from '../lock.ts'
import type { Project } from '../project.ts'
import { spokenLock, whoUnlocks } from './bar.ts'
import { between, lasting, listed, spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** `at` is ms since the epoch. */
export function lockedCard({ title }: Project, lock: Lock, now: number, view: View): Card {
  return card(
    `${title} is locked`,
    `${spokenLock(lock, now, view)}. New deployments are refused; one that runs goes on. ${whoUnlocks(lock)} lifts it.`,
    [{ label: 'Unlock', style: 'plain', command: `unlock ${lock.id}` }],
  )
}

export function unlockedCard({ title }: Project, lock: Lock, by: string, now: number, view: View): Card {
  const held = lasting(between(lock.at, now))
  return card(`${title} is unlocked`, `${by} lifted ${lock.id} after ${held}. ${spokenLock(lock, now, view)}.`, [])
}

/** To everybody in one place who was refused. */
export function freedCard({ title, name }: Project, names: readonly string[], view: View): Card {
  const again = `Nothing was queued: send ${spelled(view, `deploy --project ${name}`)} again.`
  return card(`${title} is free again`, `${listed(names)} wanted to deploy while it was locked. ${again}`, [])
}

function card(title: string, text: string, buttons: Card['buttons']): Card {
  return visibleCard({ title, tone: 'neutral', sections: [{ kind: 'text', text }], buttons, files: [] })
}
