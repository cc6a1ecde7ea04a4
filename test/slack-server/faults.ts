/** What goes wrong on purpose: faults wait in a line and befall the calls that they are meant for. */

export type Fault =
  /** A status of a server that is not well; `done`: after the work was done. */
  | { readonly kind: 'status'; readonly status: number; readonly done?: boolean }
  /** The connection is cut, before or after the work was done. */
  | { readonly kind: 'reset'; readonly done?: boolean }
  /** No answer at all. */
  | { readonly kind: 'hang'; readonly done?: boolean }
  /** A 429; without `retryAfter` it lacks the header. */
  | { readonly kind: 'limit'; readonly retryAfter?: number }
  /** An error of Slack's own, such as `not_in_channel`. */
  | { readonly kind: 'error'; readonly error: string }

export interface Faults {
  /** Befalls the next `times` calls that match, such as `chat.postMessage C1`. */
  add(matches: RegExp, fault: Fault, times?: number): void
  /** The fault of a call, which is used up by that. */
  take(call: string): Fault | undefined
  clear(): void
}

export function createFaults(): Faults {
  const waiting: { readonly matches: RegExp; readonly fault: Fault; left: number }[] = []
  return {
    add: (matches, fault, times = 1) => {
      waiting.push({ matches, fault, left: times })
    },
    take: (call) => {
      const found = waiting.find(({ matches, left }) => left > 0 && matches.test(call))
      if (found !== undefined) found.left -= 1
      return found?.fault
    },
    clear: () => {
      waiting.length = 0
    },
  }
}
