/** What was heard already: a platform delivers twice what it is not sure of, and twice it counts once. */
import type { Journal } from '../ports/journal.ts'
import type { Deployment } from '../release/deployment.ts'

export interface Heard {
  /** Whether a delivery of this id was heard before; from now on it was. */
  isRepeated(id: string): boolean
  /** Takes over what an earlier process heard. */
  recall(ids: readonly string[]): void
}

/** How many ids are remembered; a platform repeats a delivery within minutes. */
const REMEMBERED = 10_000
/** Ended deployments whose delivery ids still count after a restart. */
const LOOK_BACK = 100

export function createHeard(): Heard {
  const seen = new Set<string>()
  const isRepeated = (id: string) => {
    if (seen.has(id)) return true
    seen.add(id)
    if (seen.size > REMEMBERED) seen.delete([...seen][0] ?? '')
    return false
  }
  return { isRepeated, recall: (ids) => void ids.forEach(isRepeated) }
}

/** What people sent to the deployments that are open and to the last that ended. */
export async function heardBefore(journal: Journal, open: readonly Deployment[]): Promise<readonly string[]> {
  const ended = await journal.history(LOOK_BACK)
  return [...ended.toReversed(), ...open].flatMap(({ deliveries = [] }) => deliveries)
}
