/** When the machine stood still: nobody can say whose fault it is that something was late then. */

export interface Stall {
  readonly from: number
  readonly to: number
}

/** ms. */
const LONG = 1_000
const EVERY = 100

/** Looks at the clock all the time; `end` tells when it could not. */
export function watchStalls(): { end(): readonly Stall[] } {
  const stalls: Stall[] = []
  let last = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    if (now - last > LONG) stalls.push({ from: last, to: now })
    last = now
  }, EVERY)
  return {
    end: () => {
      clearInterval(timer)
      return stalls
    },
  }
}
