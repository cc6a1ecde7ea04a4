/** What a stopped process left. */
import type { Journal } from '../ports/journal.ts'
import type { Deployment } from '../release/deployment.ts'
import { replay } from '../release/machine.ts'

/** The open deployments, those that hold a slot before those that wait for one, whatever their numbers. */
export async function readOpen(
  journal: Journal,
): Promise<{ deployments: readonly Deployment[]; unread: readonly string[] }> {
  const deployments: Deployment[] = []
  const unread: string[] = []
  for (const number of await journal.open()) {
    const found = replay((await journal.read(number)) ?? [])
    if ('brokenAt' in found) unread.push(`#${number}: event ${found.brokenAt} does not follow from the one before it`)
    else deployments.push(found)
  }
  const waits = ({ startedAt }: Deployment) => Number(startedAt === undefined)
  return { deployments: deployments.toSorted((a, b) => waits(a) - waits(b)), unread }
}
