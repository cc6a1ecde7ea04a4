/** What ended in the last moments of a process may lack its last card: it is found again by that. */
import type { Journal } from '../ports/journal.ts'
import type { Deployment } from '../release/deployment.ts'
import { replay } from '../release/machine.ts'

/** Only the newest are looked at: a start has to be quick however many there were. */
const NEWEST = 20
/** A card that nobody has missed for so long is not worth a message. */
const DAY_MS = 24 * 60 * 60_000

/** Deployments that ended within a day and call for a card that was never posted. `keysOf`: the cards they call for. */
export async function untold(
  journal: Journal,
  keysOf: (deployment: Deployment) => readonly string[],
  now: number,
): Promise<readonly Deployment[]> {
  const ended = (await journal.history(NEWEST)).filter(({ endedAt = 0 }) => endedAt > now - DAY_MS)
  const read = ended.map(async ({ number }) => replay((await journal.read(number)) ?? []))
  const lacks = (deployment: Deployment) => keysOf(deployment).some((key) => deployment.messages[key] === undefined)
  return (await Promise.all(read)).flatMap((found) => ('brokenAt' in found || !lacks(found) ? [] : [found]))
}
