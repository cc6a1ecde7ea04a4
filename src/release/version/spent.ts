/**
 * Versions that are spent: their package was published and taken back with its release commit, so nothing can give the same
 * bytes again, and published bytes never change. The next build takes their place where builds can be told apart.
 */
import semver from 'semver'
import type { DeploymentStatus } from '../deployment.ts'
import { isProblem } from '../problems.ts'
import { compareReleases, nextBuild, parseRelease, type Release, releaseOf } from '../version.ts'

/** What builds of one version can be told from each other by. */
export interface Builds {
  /** Whether the project's versions carry build numbers. */
  readonly hasBuild: boolean
  /** What the templates are called that two builds of one version would share, such as `the tag v{version}`. */
  readonly buildAmbiguous: readonly string[]
  /** Versions that were published and rolled back, as far as that went. */
  readonly spent?: readonly Release[]
}

export const FIRST_BUILD_WIDTH = 3

/** What is remembered of an ended deployment that tells whether its version is spent. */
interface Ended {
  readonly version: string
  readonly status: string
  readonly evidence: { readonly publishedUrl?: string; readonly tag?: string }
}

/** Ends of a rollback that was begun: of one that did not hold, package, tag or commit may be gone all the same. */
const UNDONE: readonly string[] = ['rolled back', 'emergency'] satisfies readonly DeploymentStatus[]

/** Versions that were published, and of which any deployment was taken back since, or in part. */
export function spentReleases(history: readonly Ended[]): readonly Release[] {
  const back = new Set(history.flatMap(({ status, version }) => (UNDONE.includes(status) ? version : [])))
  const published = history.filter(({ version, evidence }) => back.has(version) && isPublished(evidence))
  const versions = [...new Set(published.map(({ version }) => version))]
  return versions
    .map((version) => parseRelease(version, { withBuild: true }))
    .filter((release): release is Release => !isProblem(release))
}

/** By a step of its own, or by the tag that a forge makes the package of. */
function isPublished({ publishedUrl, tag }: Ended['evidence']): boolean {
  return publishedUrl !== undefined || tag !== undefined
}

/** The spent release that would get other bytes; a version alone takes its next build where one can be told from it. */
export function isTaken(wanted: Release, context: Builds): Release | undefined {
  const same = spentBuilds(wanted.version, context)
  if (wanted.build === undefined) return tellsBuilds(context) ? undefined : same.at(-1)
  return same.find((one) => compareReleases(one, wanted) === 0)
}

/** The corrected version for a spent one. */
export function instead(taken: Release, context: Builds): string {
  if (tellsBuilds(context)) return releaseOf(taken.version, buildAfter(taken, context)).full
  return unspent(semver.inc(taken.version, 'patch'), context) ?? 'patch'
}

/** A version as it is, or the first patch above it of which nothing is spent, where builds cannot be told apart. */
export function unspent(version: string | null, context: Builds): string | null {
  let free = version
  while (free !== null && !tellsBuilds(context) && spentBuilds(free, context).length > 0)
    free = semver.inc(free, 'patch')
  return free
}

export function tellsBuilds({ hasBuild, buildAmbiguous }: Builds): boolean {
  return hasBuild && buildAmbiguous.length === 0
}

/** Of one version, the lowest build first. */
export function spentBuilds(version: string, { spent = [] }: Builds): readonly Release[] {
  return spent.filter((one) => semver.compare(one.version, version) === 0).toSorted(compareReleases)
}

/** The next build number of its version, above all that are spent. */
export function buildAfter(release: Release, context: Builds): string {
  const last = [release, ...spentBuilds(release.version, context)].toSorted(compareReleases).at(-1)
  return nextBuild(last?.build ?? '0'.repeat(FIRST_BUILD_WIDTH))
}
