/** Refusals that go on record beside what was done: who tried what they may not, or answered where it did not count. */
import type { Actor } from './actor.ts'
import type { Place } from './deployment.ts'
import type { Problem, ProblemCode } from './problems.ts'
import { cutLine, oneLine } from './text.ts'

export interface Refusal {
  /** ms since the epoch. */
  readonly at: number
  readonly actor: Actor
  readonly place: Place
  /** Names of the projects that it was about. */
  readonly projects: readonly string[]
  /** The command, as it was typed or as its button held it. */
  readonly tried: string
  readonly code: ProblemCode
  /** What the answer said had happened. */
  readonly what: string
  /** The last of this account that is written down for now. */
  readonly last?: true
}

/** What one account can put on record within a day, and all of them together. */
export const MOST_OF_ONE = 50
export const MOST_OF_ALL = 1000
const DAY = 24 * 3_600_000
/** Longest command that is kept whole, in characters. */
const LONGEST = 200

/** A press that did not count, or a refusal for want of a role; a command that was merely mistaken is neither. */
export function isOnRecord({ code }: Problem): boolean {
  if (code === 'gate.which-plan') return false
  return /^(?:access|gate)\./.test(code) || code === 'lock.not-yours' || code === 'lock.needs-approver'
}

/** The refusal as it is written down after the `recent` ones, oldest first; undefined where those have filled the day. */
export function admitted(recent: readonly Refusal[], refusal: Refusal): Refusal | undefined {
  const today = recent.filter(({ at }) => at > refusal.at - DAY)
  const own = today.filter(({ actor }) => isSame(actor, refusal.actor)).length
  if (own >= MOST_OF_ONE || today.length >= MOST_OF_ALL) return undefined
  const kept = { ...refusal, tried: cutLine(oneLine(refusal.tried), LONGEST) }
  return own + 1 === MOST_OF_ONE || today.length + 1 === MOST_OF_ALL ? { ...kept, last: true } : kept
}

function isSame(a: Actor, b: Actor): boolean {
  return a.platform === b.platform && a.account === b.account
}
