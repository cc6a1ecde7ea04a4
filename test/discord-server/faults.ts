/** What goes wrong on purpose: faults wait in a line and befall the requests that they are meant for. */

export type FaultKind =
  /** 502 without anything done, or after it was done. */
  | 'refuse'
  | 'lose'
  /** The connection is cut, without anything done, or after it was done. */
  | 'cut'
  | 'cut after'
  /** No answer at all. */
  | 'hang'
  /** A 429 that nobody could foresee. */
  | 'limit'
  /** A 429 that names so long a wait, s. */
  | { readonly retryAfter: number }
  /** An error of Discord's own, such as 50001. */
  | { readonly code: number; readonly status: number }

export interface Request {
  readonly method: string
  /** Below `/api/v10`. */
  readonly path: string
}

export interface Faults {
  /** Befalls the next `times` requests that match, such as `POST /channels/1/messages`. */
  add(matches: RegExp, kind: FaultKind, times?: number): void
  /** The fault of a request, which is used up by that. */
  take(request: Request): FaultKind | undefined
  clear(): void
}

export function createFaults(): Faults {
  const waiting: { readonly matches: RegExp; readonly kind: FaultKind; left: number }[] = []
  return {
    add: (matches, kind, times = 1) => {
      waiting.push({ matches, kind, left: times })
    },
    take: ({ method, path }) => {
      const found = waiting.find(({ matches, left }) => left > 0 && matches.test(`${method} ${path}`))
      if (found !== undefined) found.left -= 1
      return found?.kind
    },
    clear: () => waiting.splice(0),
  }
}
