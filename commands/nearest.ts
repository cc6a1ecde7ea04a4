/** The right word nearest to a mistyped one. */

/** No command is longer; what is longer is not compared. */
const LONGEST = 24

/**
 * The candidate that a word was probably meant to be: one it begins, or the fewest slips away, at most one for every three
 * letters. Undefined where nothing is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  if (typed.length > LONGEST) return undefined
  const begun = typed.length < 2 ? undefined : candidates.find((candidate) => candidate.startsWith(typed))
  if (begun !== undefined) return begun
  const ranked = candidates.map((candidate) => ({ candidate, slips: slips(typed, candidate) }))
  const best = ranked.sort((a, b) => a.slips - b.slips)[0]
  return best && best.slips <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined
}

/** Damerau-Levenshtein: letters added, dropped or changed, and neighbours swapped, each once. */
function slips(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j++) {
      const changed = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? at(i - 2, j - 2) + 1 : changed
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped))
    }
  }
  return at(from.length, to.length)
}
