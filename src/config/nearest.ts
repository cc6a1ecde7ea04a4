/** The nearest known word to a mistyped one. */

/** The known word that begins so, or the one with the fewest letters to change; undefined when none can be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const short = word.slice(0, 64).toLowerCase()
  const allowed = Math.max(1, Math.floor(short.length / 3))
  const begun = short.length < 3 ? [] : known.filter((candidate) => candidate.toLowerCase().startsWith(short))
  if (begun.length === 1) return begun[0]
  const ranked = known.map((candidate) => ({ candidate, changes: changesBetween(short, candidate.toLowerCase()) }))
  const best = ranked.toSorted((a, b) => a.changes - b.changes)[0]
  return best !== undefined && best.changes <= allowed ? best.candidate : undefined
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
function changesBetween(from: string, to: string): number {
  let before: readonly number[] = []
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const replaced = (above[column - 1] ?? 0) + (same ? 0 : 1)
      const grown = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      current.push(Math.min(replaced, grown, swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY))
    }
    before = above
    above = current
  }
  return above[to.length] ?? 0
}
