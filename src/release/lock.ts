/** A lock keeps a project as it is: new deployments are refused until it is lifted, and a running one goes on. */
import { mayDo, personOf, whoMay } from './access.ts'
import type { Actor } from './actor.ts'
import type { Deployment, Place } from './deployment.ts'
import { isChosen, isRefused } from './machine/phases.ts'
import { type Problem, problem } from './problems.ts'
import type { Project } from './project.ts'

export interface Lock {
  /** `harbour-7`: counts up in the project, so that an older one is never taken for this one. */
  readonly id: string
  readonly by: Actor
  /** ms since the epoch. */
  readonly at: number
  readonly reason?: string
  /** The deployment whose rollback set it. */
  readonly rollback?: number
}

/** Somebody who has to be told when it is free. */
export interface Refused {
  readonly actor: Actor
  readonly place: Place
}

/** Everything that is written down of a project's locks. */
export interface LockBook {
  /** How many locks there have been. */
  readonly count: number
  readonly lock?: Lock
  /** Refused, and not yet told that it is free. */
  readonly refused: readonly Refused[]
  /** Ids of the last deliveries that changed something here. */
  readonly deliveries: readonly string[]
  /** Every lock and who lifted it, oldest first; nothing is ever taken out. */
  readonly changes?: readonly LockChange[]
}

/** `at` is ms since the epoch. */
interface LockChange {
  readonly at: number
  readonly by: Actor
  readonly did: 'locked' | 'unlocked'
  readonly reason?: string
}

export const NEVER_LOCKED: LockBook = { count: 0, refused: [], deliveries: [] }

/** A platform repeats a delivery within minutes. */
const REMEMBERED = 20

/**
 * The book with the lock; the same book where there is one already, or where this delivery counted before. A rollback's lock
 * takes the place of one that somebody put: not everybody who may lift that may lift this.
 */
export function withLock(book: LockBook, project: string, lock: Omit<Lock, 'id'>, delivery?: string): LockBook {
  const yields = book.lock === undefined || (lock.rollback !== undefined && book.lock.rollback === undefined)
  if (!yields || isRepeated(book, delivery)) return book
  const count = book.count + 1
  const { by, at, reason } = lock
  const change = { at, by, did: 'locked' as const, ...(reason !== undefined && { reason }) }
  const changes = [...(book.changes ?? []), change]
  return {
    ...book,
    count,
    lock: { id: `${project}-${count}`, ...lock },
    deliveries: remembered(book, delivery),
    changes,
  }
}

/** The lock that a rollback puts before everything else, from its approval or its denial on; undefined where there is none. */
export function rollbackLock(deployment: Deployment): Omit<Lock, 'id'> | undefined {
  if (!isChosen(deployment) && !isRefused(deployment)) return undefined
  const press = deployment.gates.findLast(({ name }) => name === 'rollback')?.presses.at(-1)
  if (press === undefined) return undefined
  const { number, release } = deployment
  const what = isRefused(deployment) ? 'was denied' : 'began'
  return { by: press.actor, at: press.at, reason: `the rollback of ${release.full} ${what}`, rollback: number }
}

/** The book without the lock of that id; the same book where another one stands there, or none. */
export function withoutLock(
  book: LockBook,
  id: string,
  lifted: { readonly by: Actor; readonly at: number },
  delivery?: string,
): LockBook {
  if (book.lock?.id !== id || isRepeated(book, delivery)) return book
  const { lock: _, ...rest } = book
  const changes = [...(book.changes ?? []), { ...lifted, did: 'unlocked' as const }]
  return { ...rest, deliveries: remembered(book, delivery), changes }
}

/** The book with one more who waits for word; a person is told once in a place. */
export function withRefused(book: LockBook, refused: Refused): LockBook {
  const isSame = (other: Refused) => JSON.stringify(keyOf(other)) === JSON.stringify(keyOf(refused))
  return book.refused.some(isSame) ? book : { ...book, refused: [...book.refused, refused] }
}

/** Why this account may not lift the lock: it takes who set it or an admin, and after a rollback an approver. */
export function refuseUnlock(project: Project, lock: Lock, actor: Actor): Problem | undefined {
  const { name, platform, account } = actor
  const who = { name, platform, account, project: project.title }
  if (lock.rollback !== undefined) {
    if (mayDo(project, 'approve', actor)) return undefined
    const others = named(whoMay(project, 'approve'))
    return problem('lock.needs-approver', { ...who, rollback: lock.rollback, others })
  }
  if (personOf(project, lock.by) === personOf(project, actor) || mayDo(project, 'admin', actor)) return undefined
  return problem('lock.not-yours', {
    ...who,
    holder: lock.by.name,
    others: named([lock.by.name, ...whoMay(project, 'admin')]),
  })
}

function keyOf({ actor, place }: Refused) {
  return [actor.platform, actor.account, place.channel, place.thread ?? '']
}

function isRepeated({ deliveries }: LockBook, delivery: string | undefined): boolean {
  return delivery !== undefined && deliveries.includes(delivery)
}

function remembered({ deliveries }: LockBook, delivery: string | undefined): readonly string[] {
  return delivery === undefined ? deliveries : [...deliveries, delivery].slice(-REMEMBERED)
}

function named(names: readonly string[]): string {
  return names.length === 0 ? 'nobody is configured' : [...new Set(names)].join(', ')
}
