/** A connection that is lost while a step runs is no answer: the world is looked at over a new one, and the step goes on. */
import type { Problem } from '../release/problems.ts'
import type { Context } from './step.ts'

/**
 * An order to start a script that gets lost is only noticed by the script that never starts; a look that gets lost sees nothing.
 */
const LOST: ReadonlySet<string> = new Set([
  'vps.lost',
  'vps.ssh-failed',
  'vps.no-banner',
  'vps.unreachable',
  'vps.deploy-not-started',
  'step.unknown',
])
/** Before each further try: a link that is down for longer wants a person. */
const PAUSES_MS = [500, 2_000, 5_000]

/** Tries `first`, and `next` for as long as the connection was what failed. Not beyond the deadline, nor after an abort. */
export async function acrossConnections<T>(
  { ports: { clock }, signal, deadline, progress }: Context,
  attempt: { readonly first: () => Promise<T>; readonly next: () => Promise<T> },
  problemOf: (result: T) => Problem | undefined,
): Promise<T> {
  let result = await attempt.first()
  for (const pause of PAUSES_MS) {
    const failure = problemOf(result)
    if (failure === undefined || !LOST.has(failure.code) || clock.now() + pause >= deadline) return result
    progress('the connection was lost: looking how far it came, and going on')
    await clock.sleep(pause, signal)
    if (signal.aborted) return result
    result = await attempt.next()
  }
  return result
}
