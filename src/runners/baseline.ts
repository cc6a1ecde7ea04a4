/** What is released, read where it shows: verified deployments and tags decide, the AUR and the server are asked as well. */
import type { Summary } from '../ports/journal.ts'
import type { Baseline } from '../release/deployment.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { compareReleases, type Release, releaseOf } from '../release/version.ts'
import { highest, type Reading, readAur, readJournal, readServer, readTags } from './released-places.ts'
import type { Ports } from './step.ts'

/** What is released and what each place said, asked at that moment. */
export interface BaselineReading {
  /** Absent for a first release, and beside a problem. */
  readonly baseline?: Baseline
  readonly live: readonly { readonly source: string; readonly version: string }[]
  /** One sentence each: a place that names another version, or that did not answer. */
  readonly disagreements: readonly string[]
  /** Nothing named a version, and the tags, which decide, could not be read. */
  readonly problem?: Problem
}

/**
 * Asks everything at once, for fifteen seconds at most, and changes nothing. Released is the highest of what was verified
 * (complete deployments in `history`, newest first) and what is tagged; only where there is neither, what the AUR and the server
 * show. A place that fails does not stop the others.
 */
export async function readBaseline(
  ports: Ports,
  project: Project,
  history: readonly Summary[],
): Promise<BaselineReading> {
  const journal = readJournal(project, history)
  const [tags, aur, server] = await Promise.all([
    readTags(ports, project),
    readAur(ports, project),
    readServer(ports, project),
  ])
  const live = [tags, ...aur, ...server]
  const baseline = decide([journal, tags], [...aur, ...server])
  const all = [journal, ...live]
  const disagreements = all.flatMap((one) => disagreement(one, baseline?.release))
  return {
    ...(baseline && {
      baseline: {
        ...baseline,
        sources: all.filter((one) => agrees(one, baseline.release)).map(nameOf),
        ...(disagreements.length > 0 && { disagreements }),
      },
    }),
    live: live.flatMap(({ source, release }) => (release ? [{ source, version: release.full }] : [])),
    disagreements,
    ...(baseline === undefined && tags.silent !== undefined && { problem: unread(live) }),
  }
}

function decide(firm: readonly Reading[], shown: readonly Reading[]): Omit<Baseline, 'sources'> | undefined {
  const best = highest(firm) ?? highest(shown)
  if (best?.release === undefined) return undefined
  return { release: best.release, ...(best.commit !== undefined && { commit: best.commit }) }
}

/** Without a build number it is the version alone that can agree. */
function agrees({ release, withoutBuild }: Reading, released: Release): boolean {
  if (release === undefined) return false
  return compareReleases(release, withoutBuild ? releaseOf(released.version) : released) === 0
}

function disagreement(reading: Reading, released: Release | undefined): readonly string[] {
  const { source, release, silent } = reading
  if (silent !== undefined) return [`${source} could not be read: ${silent}`]
  if (release === undefined || released === undefined || agrees(reading, released)) return []
  return [
    `${source} ${source.startsWith('the tag') ? 'is there' : `says ${release.full}`}, released is ${released.full}`,
  ]
}

function nameOf({ source }: Reading): string {
  return source
}

function unread(live: readonly Reading[]): Problem {
  const details = live.flatMap(({ source, silent }) => (silent === undefined ? [] : [`${source}: ${silent}`]))
  return problem('preflight.baseline-unread', {}, details)
}
