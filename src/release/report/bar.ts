/** Locks and freezes in words: for whoever is refused, and for the cards of what waits. */
import type { Bar } from '../bar.ts'
import type { Lock } from '../lock.ts'
import { type Problem, problem } from '../problems.ts'
import type { Project } from '../project.ts'
import { clock, spelled, type View } from './view.ts'

/** The refusal of a deployment. `copy` is the command with which an admin deploys in a freeze all the same. */
export function refuseBarred(project: Project, bar: Bar, now: number, copy: string, view: View = {}): Problem {
  if (bar.kind === 'lock') return lockProblem('lock.locked', project, bar.lock, now, view)
  const until = spokenUntil(bar.until, now, view)
  return problem('lock.frozen', { project: project.title, rule: bar.rule, until, copy })
}

/** A refusal that names the lock that stands. */
export function lockProblem(
  code: 'lock.locked' | 'lock.already',
  project: Project,
  lock: Lock,
  now: number,
  view: View = {},
): Problem {
  const said = { lock: spokenLock(lock, now, view), unlocks: whoUnlocks(lock), id: lock.id }
  return problem(code, { project: project.title, ...said })
}

/** One sentence for a card: what bars, until when, and what ends it. */
export function spokenBar(bar: Bar, now: number, view: View): string {
  if (bar.kind === 'lock') {
    const unlock = spelled(view, `unlock ${bar.lock.id}`)
    return `${spokenLock(bar.lock, now, view)}. ${unlock} by ${whoUnlocks(bar.lock)} frees it.`
  }
  return `Frozen ${spokenUntil(bar.until, now, view)} by the calendar: ${bar.rule}.`
}

function spokenUntil(until: number | undefined, now: number, view: View): string {
  return until === undefined ? 'without an end in sight' : `until ${clock(until, now, view)}`
}

/** `ana locked it, 16:40 UTC: the database moves`. */
export function spokenLock({ by, at, reason }: Lock, now: number, view: View = {}): string {
  return `${by.name} locked it, ${clock(at, now, view)}${reason === undefined ? '; no reason was given' : `: ${reason}`}`
}

/** Who can lift it, for a person who waits. */
export function whoUnlocks(lock: Lock): string {
  return lock.rollback === undefined ? `${lock.by.name} or an admin` : 'an approver'
}
