/** Counting the same things. */

export function countedBy<K>(items: readonly K[]): ReadonlyMap<K, number> {
  const counts = new Map<K, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

/** Each that is there more than once. */
export function twice(items: readonly string[]): readonly string[] {
  return [...countedBy(items)].flatMap(([item, count]) => (count > 1 ? [item] : []))
}
