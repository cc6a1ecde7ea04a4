/** Side by side: every way has its turn in every round, so that what else the machine does meets all of them alike. */

/** One way of doing the work; what it took, in whatever unit the row compares. */
export type Way = () => Promise<number>

/** To see that a row works at all: ratios of so few rounds say little. */
const MOST_ROUNDS = Number(process.env.SLIPWAY_BENCH_ROUNDS ?? Number.POSITIVE_INFINITY)

/** What each way took, round by round. One round before is not counted; every second one goes the other way round. */
export async function interleaved<K extends string>(
  rounds: number,
  ways: Readonly<Record<K, Way>>,
): Promise<Readonly<Record<K, readonly number[]>>> {
  const names = Object.keys(ways) as K[]
  const counted = Math.min(rounds, MOST_ROUNDS)
  const took = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round <= counted; round += 1)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const one = await ways[name]()
      if (round > 0) took[name].push(one)
    }
  return took
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5)
}

export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** What a goal is held against, and the two measurements that it comes from. */
export interface Finding {
  readonly value: number
  readonly from: string
}

/** How many times longer, or more, the first is than the second. */
export function ratio(own: number, other: number, unit = 'ms'): Finding {
  return { value: own / other, from: `${digits(own)} against ${digits(other)} ${unit}` }
}

/** The same of the medians of rounds. */
export function ratioOf(own: readonly number[], other: readonly number[], unit = 'ms'): Finding {
  return ratio(median(own), median(other), unit)
}

function digits(number: number): string {
  return number < 100 ? number.toFixed(1) : number.toFixed(0)
}
