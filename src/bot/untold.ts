/** What ended in the last moments of a process may lack its last card: it is found again by that. */
import type { Journal } from '../ports/journal.ts'
import type { Deployment } from '../release/deployment.ts'
import { replay } from '../release/machine.ts'

/** Only the newest are looked at: a start has to be quick however many there were. */
const NEWEST = 20
/** A card that nobody has missed for so long is not worth a message. */
const WORTH_TELLING_MS = 24 * 60 * 60_000

/** Whether it ended so long ago that what could not be told of it is left untold. */
export function isPast({ endedAt = Number.POSITIVE_INFINITY }: Pick<Deployment, 'endedAt'>, now: number): boolean {
  return endedAt <= now - WORTH_TELLING_MS
}

/** Deployments that ended within a day and call for a card that was never posted. `keysOf`: the cards they call for. */
export async function untold(
  journal: Journal,
  keysOf: (deployment: Deployment) => readonly string[],
  now: number,
): Promise<readonly Deployment[]> {
  const ended = (await journal.history(NEWEST)).filter((each) => each.endedAt !== undefined && !isPast(each, now))
  const read = ended.map(async ({ number }) => replay((await journal.read(number)) ?? []))
  const lacks = (deployment: Deployment) => keysOf(deployment).some((key) => deployment.messages[key] === undefined)
  return (await Promise.all(read)).flatMap((found) => ('brokenAt' in found || !lacks(found) ? [] : [found]))
}
