/** Buckets as Discord keeps them: so many requests in so long for a route and its channel, and 429 beyond. */

export interface LimitRules {
  readonly most: number
  readonly windowMs: number
}

export interface Limits {
  /** The headers of an answer, and how long to wait where it is a 429, ms. */
  count(bucket: string): { readonly headers: Record<string, string>; readonly waitMs?: number }
  /** How often somebody was told to wait. */
  refused(): number
}

export function createLimits({ most, windowMs }: LimitRules, now: () => number): Limits {
  const windows = new Map<string, { used: number; ends: number }>()
  let refused = 0
  return {
    refused: () => refused,
    count: (bucket) => {
      const found = windows.get(bucket)
      const window = found === undefined || found.ends <= now() ? { used: 0, ends: now() + windowMs } : found
      windows.set(bucket, window)
      const left = Math.max(0, window.ends - now())
      const isOver = window.used >= most
      if (isOver) refused += 1
      else window.used += 1
      const headers = {
        'x-ratelimit-limit': String(most),
        'x-ratelimit-remaining': String(most - window.used),
        'x-ratelimit-reset-after': String(left / 1000),
        'x-ratelimit-bucket': bucket.replaceAll(/\W/g, '').slice(-32),
        ...(isOver && { 'retry-after': String(left / 1000) }),
      }
      return isOver ? { headers, waitMs: left } : { headers }
    },
  }
}
