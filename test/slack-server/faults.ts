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

/** What may befall any call, each with how it is said. */
export const EVERY_FAULT: readonly (readonly [string, Fault])[] = [
  ['the answer is lost after the work was done', { kind: 'reset', done: true }],
  ['a 500 comes after the work was done', { kind: 'status', status: 500, done: true }],
  ['no answer comes after the work was done', { kind: 'hang', done: true }],
  ['the connection is reset before', { kind: 'reset' }],
  ['a 503 comes before', { kind: 'status', status: 503 }],
  ['no answer comes', { kind: 'hang' }],
  ['Slack asks to wait', { kind: 'limit', retryAfter: 3 }],
  ['Slack asks to wait and does not say how long', { kind: 'limit' }],
]

export interface Faults {
  /** Befalls the next `times` calls that match, such as `chat.postMessage C1`. */
  add(matches: RegExp, fault: Fault, times?: number): void
  /** Befalls each so-manieth of the calls that match, one fault after the other. */
  storm(matches: RegExp, each: number): void
  /** The fault of a call, which is used up by that. */
  take(call: string): Fault | undefined
  clear(): void
}

export function createFaults(): Faults {
  let storm: { readonly matches: RegExp; readonly each: number; calls: number } | undefined
  const waiting: { readonly matches: RegExp; readonly fault: Fault; left: number }[] = []
  const stormy = (call: string): Fault | undefined => {
    if (storm === undefined || !storm.matches.test(call)) return undefined
    storm.calls += 1
    if (storm.calls % storm.each !== 0) return undefined
    return EVERY_FAULT[(storm.calls / storm.each - 1) % EVERY_FAULT.length]?.[1]
  }

  return {
    add: (matches, fault, times = 1) => {
      waiting.push({ matches, fault, left: times })
    },
    storm: (matches, each) => {
      storm = { matches, each, calls: 0 }
    },
    take: (call) => {
      const found = waiting.find(({ matches, left }) => left > 0 && matches.test(call))
      if (found !== undefined) found.left -= 1
      return found?.fault ?? stormy(call)
    },
    clear: () => {
      storm = undefined
      waiting.length = 0
    },
  }
}
