/** Locks as people set and lift them, and word to those who were refused meanwhile as soon as it is free. */
import type { Chat, Incoming } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Journal } from '../ports/journal.ts'
import { type Bar, barOf } from '../release/bar.ts'
import type { Deployment, Place } from '../release/deployment.ts'
import {
  type Lock,
  type LockBook,
  refuseUnlock,
  rollbackLock,
  withLock,
  withoutLock,
  withRefused,
} from '../release/lock.ts'
import type { Log } from '../release/log-level.ts'
import { isChosen, isRefused } from '../release/machine/phases.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { lockProblem, spokenLock, whoUnlocks } from '../release/report/bar.ts'
import { freedCard } from '../release/report/lock.ts'
import type { View } from '../release/report/view.ts'
import { homeOf } from './home.ts'

export interface Locks {
  of(project: Project): Lock | undefined
  /** What keeps new deployments of the project back now. */
  bar(project: Project): Bar | undefined
  /** What keeps this deployment from its start, beside its turn. */
  keeping(deployment: Deployment): Bar | undefined
  /** What a deployment that is taken up again has to ask about first. A rollback that was answered goes on: the lock is its own. */
  asking(deployment: Deployment): Bar | undefined
  /** Sets a lock, or says which one stands already. */
  set(project: Project, incoming: Incoming, reason?: string): Promise<Lock | Problem>
  /** Lifts the lock of that id, or the one that stands; another one than was named stays. */
  lift(project: Project, incoming: Incoming, id?: string): Promise<Lock | Problem>
  /** Sets the lock that a rollback calls for, once: who lifts it is not locked out again by the same rollback. */
  hold(deployment: Deployment): void
  /** Writes down that this person has to be told when it is free. */
  remember(project: Project, incoming: Incoming): Promise<void>
  /** Resolves when nothing keeps this queued deployment back any more, with whether anything did. */
  free(deployment: Deployment): Promise<boolean>
  /** Gives the word that a stopped process still owed. */
  start(): void
  stop(): void
}

export interface LocksOptions {
  readonly projects: readonly Project[]
  readonly chats: readonly Chat[]
  readonly journal: Pick<Journal, 'locks'>
  readonly clock: Clock
  readonly zone?: string
  readonly log: Log
}

export function createLocks(options: LocksOptions): Locks {
  const { projects, journal, clock } = options
  const timers = new Set<() => void>()
  const waiting = new Map<string, (() => void)[]>()
  const held = new Set<string>()
  const view: View = options.zone === undefined ? {} : { zone: options.zone }
  const lockOf = (project: Project) => journal.locks.read(project.name).lock
  const bar = (project: Project) => barOf(project, lockOf(project), clock.now())

  const set: Locks['set'] = async (project, { actor, id }, reason) => {
    const now = clock.now()
    const wanted = { by: actor, at: now, ...(reason !== undefined && { reason }) }
    let before: LockBook | undefined
    const book = await journal.locks.change(project.name, (found) => {
      before = found
      return withLock(found, project.name, wanted, id)
    })
    if (book !== before && book.lock !== undefined) return book.lock
    const stands = book.lock
    return stands === undefined ? noLock(project) : lockProblem('lock.already', project, stands, now, view)
  }

  const lift: Locks['lift'] = async (project, incoming, named) => {
    const seen = lockOf(project)
    if (seen === undefined) return noLock(project)
    if (named !== undefined && named !== seen.id) return otherLock(project, named, seen)
    const refused = refuseUnlock(project, seen, incoming.actor)
    if (refused !== undefined) return refused
    let before: LockBook | undefined
    const book = await journal.locks.change(project.name, (found) => {
      before = found
      return withoutLock(found, seen.id, { by: incoming.actor, at: clock.now() }, incoming.id)
    })
    if (book === before) return book.lock === undefined ? noLock(project) : otherLock(project, seen.id, book.lock)
    for (const wake of waiting.get(project.name)?.splice(0) ?? []) wake()
    void tell(project)
    return seen
  }

  const otherLock = (project: Project, named: string, lock: Lock) =>
    problem('lock.other', {
      named,
      project: project.title,
      lock: spokenLock(lock, clock.now(), view),
      unlocks: whoUnlocks(lock),
      id: lock.id,
    })

  /** One post for each place. Only what was posted is crossed out, so that a failing chat is tried again after a start. */
  const tell = async (project: Project) => {
    const { lock, refused, count } = journal.locks.read(project.name)
    if (lock !== undefined) return
    for (const place of placesOf(refused.map((each) => each.place))) {
      const told = refused.filter((each) => isSame(each.place, place))
      const chat = options.chats.find(({ platform }) => platform === place.platform)
      if (chat === undefined) continue
      const names = told.map(({ actor }) => actor.name)
      const key = `unlocked/${project.name}-${count}/${place.channel}${place.thread === undefined ? '' : `/${place.thread}`}`
      try {
        await chat.post(
          place,
          freedCard(project, names, { ...view, spell: (command) => chat.spell(command, place) }),
          key,
        )
        await journal.locks.change(project.name, (book) => ({
          ...book,
          refused: book.refused.filter((each) => !isSame(each.place, place)),
        }))
      } catch (error) {
        options.log(`${place.platform}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  /** Until the lock is lifted, or the freeze is over; then it is looked at again. */
  const change = (project: Project, by: Bar) =>
    new Promise<void>((wake) => {
      if (by.kind === 'lock') waiting.set(project.name, [...(waiting.get(project.name) ?? []), wake])
      else if (by.until !== undefined) timers.add(clock.at(by.until, wake))
    })

  const keeping: Locks['keeping'] = (deployment) => {
    const by = bar(deployment.project)
    return by === undefined || passes(by, deployment) ? undefined : by
  }

  return {
    of: lockOf,
    bar,
    set,
    lift,
    hold: (deployment) => {
      const wanted = rollbackLock(deployment)
      const id = `rollback-${deployment.number}`
      if (wanted === undefined || held.has(id)) return
      held.add(id)
      void journal.locks
        .change(deployment.project.name, (book) => withLock(book, deployment.project.name, wanted, id))
        .catch((error: unknown) => {
          held.delete(id)
          options.log(error instanceof Error ? error.message : String(error), 'error')
        })
    },
    remember: async (project, { actor, place: asked }) => {
      const place = homeOf(project, asked, options.chats)
      await journal.locks.change(project.name, (book) => withRefused(book, { actor, place }))
      if (lockOf(project) === undefined) await tell(project)
    },
    keeping,
    asking: (deployment) => (isChosen(deployment) || isRefused(deployment) ? undefined : keeping(deployment)),
    free: async (deployment) => {
      const isKept = keeping(deployment) !== undefined
      for (let by = keeping(deployment); by !== undefined; by = keeping(deployment))
        await change(deployment.project, by)
      return isKept
    },
    start: () => {
      for (const project of projects) void tell(project)
    },
    stop: () => {
      for (const cancel of timers) cancel()
    },
  }
}

/** An override goes through a freeze, and a rollback: only releases are kept from those. The lock that a rollback set is its own. */
function passes(by: Bar, { kind, override, undoes }: Deployment): boolean {
  if (by.kind === 'freeze') return kind === 'rollback' || override !== undefined
  return by.lock.rollback !== undefined && undoes?.numbers.includes(by.lock.rollback) === true
}

function noLock(project: Project): Problem {
  return problem('lock.none', { project: project.title })
}

function placesOf(places: readonly Place[]): readonly Place[] {
  return places.filter((place, index) => places.findIndex((other) => isSame(other, place)) === index)
}

function isSame(a: Place, b: Place): boolean {
  return a.platform === b.platform && a.channel === b.channel && a.thread === b.thread
}
