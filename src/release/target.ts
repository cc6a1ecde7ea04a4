/**
 * What may be deployed next: a typed target becomes one exact release above what is released, or a refusal that carries the
 * corrected command. "Released" means verified or tagged; a version that was only started can be started again.
 */
import semver from 'semver'
import { toPkgver } from './pkgver.ts'
import { isProblem, type Problem, problem } from './problems.ts'
import { misreadProblem } from './version/misread.ts'
import {
  type Builds,
  buildAfter,
  FIRST_BUILD_WIDTH,
  instead,
  isTaken,
  spentBuilds,
  tellsBuilds,
  unspent,
} from './version/spent.ts'
import { compareReleases, isMisread, type Release, readRelease, releaseOf } from './version.ts'

/** What a target is measured against. */
export interface TargetContext extends Builds {
  readonly released?: Release
  /** Versions that were started and never released. */
  readonly started?: readonly Release[]
  /** Whether the version becomes that of a package, which pacman has to be able to order. */
  readonly packaged?: boolean
}

const RELATIVE = ['patch', 'minor', 'major', 'build'] as const
type Relative = (typeof RELATIVE)[number]

/**
 * The release that `3.1.4`, `3.1.4+001`, `major`, `minor`, `patch` or `build` stands for. Never throws; what comes back is
 * higher than `released` and never spent.
 */
export function resolveTarget(target: string, context: TargetContext): Release | Problem {
  const relative = relativeOf(target)
  if (relative) return relativeTarget(relative, context)
  const read = readRelease(target, context.hasBuild)
  return isMisread(read) ? misreadProblem(read, suggestion(read.meant, context)) : allow(read, context)
}

/** What `deploy` alone offers: each relative target with the release it would give. Those that are refused are left out. */
export function choices(context: TargetContext): readonly { readonly target: Relative; readonly release: Release }[] {
  return RELATIVE.flatMap((target) => {
    const release = resolveTarget(target, context)
    return isProblem(release) ? [] : [{ target, release }]
  })
}

/** Whether a target counts up from what is released. */
export function isRelative(target: string): boolean {
  return relativeOf(target) !== undefined
}

/** Whether a version counts as released: it was verified, or its tag exists. Being named in a file or a commit is not enough. */
export function isReleased(
  release: Release,
  known: { readonly verified: readonly Release[]; readonly tagged: readonly Release[] },
): boolean {
  return [...known.verified, ...known.tagged].some((one) => compareReleases(one, release) === 0)
}

function relativeOf(target: string): Relative | undefined {
  return RELATIVE.find((name) => name === target.toLowerCase())
}

function relativeTarget(target: Relative, context: TargetContext): Release | Problem {
  const { released } = context
  if (target === 'build' && !context.hasBuild) return problem('request.version-no-builds', {})
  if (!released) return problem('request.version-nothing-released', { target })
  if (target === 'build') return allow(releaseOf(released.version, buildAfter(released, context)), context)
  const read = readRelease(unspent(semver.inc(released.version, target), context) ?? '', false)
  if (!isMisread(read)) return allow(read, context)
  return problem('request.version-too-high', {
    target,
    released: released.full,
    suggestion: suggestion(undefined, context),
  })
}

/** A well-formed version, once it is above what is released and can be told from other builds. */
function allow(wanted: Release, context: TargetContext): Release | Problem {
  const { released } = context
  if (released && compareWanted(wanted, released) < 0) {
    return problem('request.version-lower', { version: wanted.full, released: released.full })
  }
  if (released && compareWanted(wanted, released) === 0) {
    const next = tellsBuilds(context) ? 'build' : 'patch'
    return problem('request.version-released', { released: released.full, suggestion: next })
  }
  const taken = isTaken(wanted, context)
  if (taken) return problem('request.version-spent', { version: taken.full, suggestion: instead(taken, context) })
  const pkgver = context.packaged ? toPkgver(wanted) : wanted.version
  if (isProblem(pkgver)) return pkgver
  const release = withBuild(wanted, context)
  return sharesNames(release, context)
    ? problem('request.version-build-ambiguous', { version: release.version, names: context.buildAmbiguous.join(', ') })
    : release
}

/** Without a build number it is the version alone that counts. */
function compareWanted(wanted: Release, released: Release): number {
  return wanted.build === undefined
    ? semver.compare(wanted.version, released.version)
    : compareReleases(wanted, released)
}

/** What was started is started again under the same name unless that is spent; a new version gets the first build number. */
function withBuild(wanted: Release, context: TargetContext): Release {
  const last = spentBuilds(wanted.version, context).at(-1)
  const { started = [], released, hasBuild } = context
  const again = started
    .filter((one) => (wanted.build === undefined ? one.version === wanted.version : compareReleases(one, wanted) === 0))
    .filter((one) => wanted.build !== undefined || last === undefined || compareReleases(one, last) > 0)
    .sort(compareReleases)
    .at(-1)
  if (again) return again
  if (wanted.build !== undefined || !hasBuild) return wanted
  if (last) return releaseOf(wanted.version, buildAfter(last, context))
  return releaseOf(wanted.version, '1'.padStart(released?.build?.length ?? FIRST_BUILD_WIDTH, '0'))
}

function sharesNames(release: Release, { released, started = [], spent = [], buildAmbiguous }: TargetContext): boolean {
  const others = [...(released ? [released] : []), ...started, ...spent]
  return (
    buildAmbiguous.length > 0 &&
    others.some((one) => semver.compare(one.version, release.version) === 0 && compareReleases(one, release) !== 0)
  )
}

/** The corrected version for a refusal: what was meant where that can be deployed, otherwise the next patch. */
function suggestion(meant: string | undefined, context: TargetContext): string {
  const read = readRelease(meant ?? '', context.hasBuild)
  if (!isMisread(read) && !isProblem(allow(read, context))) return read.full
  const next = context.released ? semver.inc(context.released.version, 'patch') : '1.0.0'
  return unspent(next, context) ?? 'patch'
}
