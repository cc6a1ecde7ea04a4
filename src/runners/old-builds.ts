/**
 * What is kept of earlier builds: the last three releases' artifacts. Whatever else older deployments built is removed, before a
 * release, where room is wanted, and after one.
 */
import { dirname, join } from 'node:path'
import type { Facts, Folders } from '../release/facts.ts'
import type { Action, Ports } from './step.ts'

const KEPT = 3
/** Folders that one deployment removes at most; the next one goes on. */
const MOST_REMOVED = 20

export function tidyBuilds({ builds }: Folders): Action {
  return { do: 'own', what: `remove older builds than those of the last ${KEPT} releases from ${dirname(builds)}` }
}

/**
 * Removes folders of older deployments below `builds/<project>`. A release is one that has a certificate, and this one
 * counts among the three once it has. Returns a note for the report; a folder that cannot be removed fails nothing.
 */
export async function removeOldBuilds(
  { folders, project, number }: Facts,
  { files }: Ports,
): Promise<readonly string[]> {
  const all = dirname(folders.builds)
  const built = numbersIn(
    (await files.list(all)).map(({ name }) => name),
    /^(\d+)$/,
  )
  const released = certified(
    (await files.list(folders.certificates)).map(({ name }) => name),
    project.name,
  )
  const kept = new Set(
    released
      .filter((one) => one <= number)
      .toSorted((a, b) => b - a)
      .slice(0, KEPT),
  )
  const old = built.filter((one) => one < number && !kept.has(one)).toSorted((a, b) => a - b)
  const failed: string[] = []
  for (const one of old.slice(0, MOST_REMOVED))
    await files.remove(join(all, String(one))).catch((error: Error) => failed.push(error.message))
  return failed.length === 0 ? [] : [`${failed.length} folders of old builds stay: ${failed[0]}`]
}

/** Numbers of the project's certificates; a name that begins alike is of another project. */
function certified(names: readonly string[], project: string): readonly number[] {
  const own = names.flatMap((name) => (name.startsWith(`${project}-`) ? name.slice(project.length + 1) : []))
  return [...new Set(numbersIn(own, /^\d+\.\d+\.\d+.*-(\d+)\.txt$/))]
}

function numbersIn(names: readonly string[], pattern: RegExp): readonly number[] {
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number)
}
