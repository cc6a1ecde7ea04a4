/**
 * Tries again what a chat did not take: each minute at the longest where that passes by itself, ever more rarely where a
 * person has to mend it, and at once where something has changed there. What a chat will never take is not tried again.
 */
import { refusalIn, unfitIn } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Place } from '../release/deployment.ts'
import type { Problem } from '../release/problems.ts'

export interface RetriesOptions {
  readonly clock: Clock
  /** Told why a chat does not take something, once for each reason. */
  failed(platform: string, reason: string): void
  /** Told that a place refuses posts until a person has mended it, and with undefined that it takes them again. */
  refused(place: Place, reason: Problem | undefined): void
}

export interface Retries {
  /**
   * Resolves once it is sent, or with `STOPPED` where nobody waits for it any more: the bot ends, or `isOver` says so after a
   * failure. Rejects with what the chat says of a card that it will never take.
   */
  untilSent<T>(place: Place, send: () => Promise<T>, isOver?: () => boolean): Promise<T | typeof STOPPED>
  /** Tries everything at once that waits on a platform. */
  again(platform: string): void
  readonly stopped: boolean
  stop(): void
}

export const STOPPED = Symbol('stopped')

const FIRST_WAIT = 1_000
const LONGEST_WAIT = 60_000
/** Until a person has given a permission back: their doing so is heard of, where the platform tells. */
const LONGEST_REFUSED = 15 * 60_000

export function createRetries({ clock, failed, refused }: RetriesOptions): Retries {
  const stopping = new AbortController()
  const waiting = new Set<{ readonly platform: string; readonly wake: AbortController }>()

  const pause = async (platform: string, ms: number) => {
    const one = { platform, wake: new AbortController() }
    waiting.add(one)
    await clock.sleep(ms, AbortSignal.any([stopping.signal, one.wake.signal])).catch(() => {})
    waiting.delete(one)
  }

  const untilSent: Retries['untilSent'] = async (place, send, isOver = () => false) => {
    let told = ''
    let refusal: Problem | undefined
    for (let wait = FIRST_WAIT; !stopping.signal.aborted; wait *= 2) {
      try {
        const sent = await send()
        if (refusal !== undefined) refused(place, undefined)
        return sent
      } catch (error) {
        if (unfitIn(error) !== undefined) {
          if (refusal !== undefined) refused(place, undefined)
          throw error
        }
        const reason = error instanceof Error ? error.message : String(error)
        if (reason !== told) failed(place.platform, reason)
        told = reason
        refusal = refusalIn(error) ?? refusal
        if (refusal !== undefined) refused(place, refusal)
        if (isOver()) return STOPPED
        wait = Math.min(wait, refusalIn(error) === undefined ? LONGEST_WAIT : LONGEST_REFUSED)
        await pause(place.platform, wait)
      }
    }
    return STOPPED
  }

  return {
    untilSent,
    again: (platform) => {
      for (const one of waiting) if (one.platform === platform) one.wake.abort()
    },
    get stopped() {
      return stopping.signal.aborted
    },
    stop: () => stopping.abort(),
  }
}
