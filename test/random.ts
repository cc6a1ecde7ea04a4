/** Choices that are the same for the same seed. */

/** Mulberry32: small, and the same everywhere. Between 0 and 1. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export interface Dice {
  /** True so often of one. */
  chance(of: number): boolean
  between(least: number, most: number): number
  /** One of them; undefined where there is none. */
  pick<T>(from: readonly T[]): T | undefined
  /** One of them, by whole numbers: the more often the greater its own. */
  weighed<T extends string>(weights: Readonly<Record<T, number>>): T
}

export function diceFrom(seed: number): Dice {
  const random = randomFrom(seed)
  return {
    chance: (of) => random() < of,
    between: (least, most) => least + random() * (most - least),
    pick: (from) => from[Math.floor(random() * from.length)],
    weighed: (weights) => {
      const names = Object.keys(weights) as (keyof typeof weights)[]
      const tickets = names.flatMap((name) => Array.from({ length: weights[name] }, () => name))
      return tickets[Math.floor(random() * tickets.length)] ?? (names[0] as (typeof names)[0])
    },
  }
}
