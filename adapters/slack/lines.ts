/** What goes to a channel goes one after the other, and waits when Slack asks that channel to wait; others go on. */
import type { Clock } from '../../src/ports/clock.ts'
import { type Fault, type Outcome, spoken } from './calls.ts'
import { refusalOf, unfitOf } from './refusals.ts'

export interface Lines {
  /** Runs a task when it is its turn in the channel. Rejects with a sentence when Slack did not take it. */
  inTurn<T>(channel: string, task: () => Promise<Outcome<T>>): Promise<T>
}

/** A channel takes about one post a second, and a few at once. */
const EVERY_MS = 1_000
const BURST_MS = 8 * EVERY_MS
/** Of a longer wait somebody wonders why nothing is posted. */
const UNTOLD_MS = 30_000

/** `signal`: ends what still waits. */
export function createLines(
  clock: Pick<Clock, 'now' | 'sleep'>,
  signal: AbortSignal,
  log: (line: string) => void,
): Lines {
  const tails = new Map<string, Promise<unknown>>()
  /** When each channel would be free if it had taken one post a second. */
  const free = new Map<string, number>()
  const freeAt = (channel: string) => Math.max(free.get(channel) ?? 0, clock.now())

  const attempt = async <T>(channel: string, task: () => Promise<Outcome<T>>): Promise<T> => {
    for (;;) {
      const wait = freeAt(channel) - BURST_MS - clock.now()
      if (wait > 0) await clock.sleep(wait, signal)
      if (signal.aborted) throw new Error('Slipway is ending')
      free.set(channel, freeAt(channel) + EVERY_MS)
      const outcome = await task()
      if (outcome.ok) return outcome.value
      const { fault } = outcome
      if (fault.kind !== 'limited') throw faultError(fault, channel)
      if (fault.waitMs > UNTOLD_MS)
        log(`Slack: ${channel} takes posts again in ${Math.ceil(fault.waitMs / 1000)} s (429)`)
      free.set(channel, clock.now() + fault.waitMs + BURST_MS)
    }
  }

  return {
    inTurn: (channel, task) => {
      const turn = (tails.get(channel) ?? Promise.resolve()).then(() => attempt(channel, task))
      tails.set(
        channel,
        turn.catch(() => {}),
      )
      return turn
    },
  }
}

/** With the problem of the place or of the message, where it is one of these. */
function faultError(fault: Fault, channel: string): Error {
  const found = refusalOf(fault, channel)
  const unfit = unfitOf(fault)
  return Object.assign(new Error(spoken(fault)), { ...(found && { problem: found }), ...(unfit && { unfit }) })
}
