/** A deployment as it lives in this process: what waits for it, and what can end its steps. */
import type { Deployment } from '../release/deployment.ts'
import type { NewEvent } from '../release/event.ts'

/** Events that are written together. */
export interface Batch {
  readonly events: NewEvent[]
  /** The deployment after each of them, or undefined where it was void. */
  readonly taken: Promise<readonly (Deployment | undefined)[]>
}

/** A deployment that has not ended, and what in this process goes with it. */
export interface Entry {
  deployment: Deployment
  /** The last of the events under way; the next ones wait for it. */
  tail: Promise<unknown>
  /** What waits: written together, however many came while the disk was busy. */
  next: Batch | undefined
  readonly progress: Map<string, string>
  /** Ends at once what leaves nothing half done outside. */
  readonly abort: AbortController
  /** Ends everything, and is fired by a second cancel or the end of the process. */
  readonly abortOutside: AbortController
  /** Fired when nobody waits any more for what has to end: the deployment is over, or this process is. */
  readonly abortEnding: AbortController
  cancelWake: () => void
  readonly ended: PromiseWithResolvers<Deployment>
}

export function newEntry(deployment: Deployment): Entry {
  return {
    deployment,
    tail: Promise.resolve(),
    next: undefined,
    progress: new Map(),
    abort: new AbortController(),
    abortOutside: new AbortController(),
    abortEnding: new AbortController(),
    cancelWake: () => {},
    ended: Promise.withResolvers<Deployment>(),
  }
}

/** Ends its steps; those that could leave something half done outside only where that is wanted. */
export function cancel({ abort, abortOutside }: Entry, outside: boolean): void {
  abort.abort(CANCELLED)
  if (outside) abortOutside.abort(CANCELLED)
}

/** Ends everything of it in this process, as when the process is killed. */
export function letGo({ cancelWake, abort, abortOutside, abortEnding }: Entry): void {
  cancelWake()
  for (const each of [abort, abortOutside, abortEnding]) each.abort()
}

/** What ends the step early. */
export function signalFor(
  { deployment, abort, abortOutside, abortEnding }: Entry,
  effect: { readonly do: 'run' | 'ask' | 'end'; readonly step: string },
): AbortSignal {
  if (effect.do === 'end') return abortEnding.signal
  const planned = deployment.plan.find(({ id }) => id === effect.step)
  return planned?.interruptible === false ? abortOutside.signal : abort.signal
}

/** Builds share the cores; everything else mostly waits and is bounded by the plan itself. */
export function laneOf(id: string): string {
  return id.startsWith('build.target') || id.startsWith('build.clean') ? 'builds' : 'steps'
}

/** Why a signal fired, for steps that have to tell a cancel from a deadline. */
const CANCELLED = 'cancelled'
