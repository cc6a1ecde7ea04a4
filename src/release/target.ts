/**
 * What may be deployed next: a typed target becomes one exact release above what is released, or a refusal that carries the
 * corrected command. "Released" means verified or tagged; a version that was only started can be started again.
 */
import semver from 'semver'
import { toPkgver } from './pkgver.ts'
import { isProblem, type Problem, problem } from './problems.ts'
import { misreadProblem } from './version/misread.ts'
import { compareReleases, isMisread, nextBuild, type Release, readRelease, releaseOf } from './version.ts'

/** What a target is measured against. */
export interface TargetContext {
  readonly released?: Release
  /** Versions that were started and never released. */
  readonly started?: readonly Release[]
  /** Whether the project's versions carry build numbers. */
  readonly hasBuild: boolean
  /** Whether the version becomes that of a package, which pacman has to be able to order. */
  readonly packaged?: boolean
  /** What the templates are called that two builds of one version would share, such as `the tag v{version}`. */
  readonly buildAmbiguous: readonly string[]
}

const RELATIVE = ['patch', 'minor', 'major', 'build'] as const
type Relative = (typeof RELATIVE)[number]

const FIRST_BUILD_WIDTH = 3

/**
 * The release that `3.1.4`, `3.1.4+001`, `major`, `minor`, `patch` or `build` stands for. Never throws; what comes back is
 * higher than `released`.
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
  if (target === 'build') return allow(releaseOf(released.version, buildAfter(released)), context)
  const read = readRelease(semver.inc(released.version, target) ?? '', false)
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
    const next = context.hasBuild && context.buildAmbiguous.length === 0 ? 'build' : 'patch'
    return problem('request.version-released', { released: released.full, suggestion: next })
  }
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

/** What was started is started again under the same name; a new version gets the first build number. */
function withBuild(wanted: Release, { started = [], released, hasBuild }: TargetContext): Release {
  const again = started
    .filter((one) => (wanted.build === undefined ? one.version === wanted.version : compareReleases(one, wanted) === 0))
    .sort(compareReleases)
    .at(-1)
  if (again) return again
  if (wanted.build !== undefined || !hasBuild) return wanted
  return releaseOf(wanted.version, '1'.padStart(released?.build?.length ?? FIRST_BUILD_WIDTH, '0'))
}

function buildAfter(released: Release): string {
  return nextBuild(released.build ?? '0'.repeat(FIRST_BUILD_WIDTH))
}

function sharesNames(release: Release, { released, started = [], buildAmbiguous }: TargetContext): boolean {
  const others = released ? [released, ...started] : started
  return (
    buildAmbiguous.length > 0 &&
    others.some((one) => semver.compare(one.version, release.version) === 0 && compareReleases(one, release) !== 0)
  )
}

/** The corrected version for a refusal: what was meant where that can be deployed, otherwise the next patch. */
function suggestion(meant: string | undefined, context: TargetContext): string {
  const read = readRelease(meant ?? '', context.hasBuild)
  if (!isMisread(read) && !isProblem(allow(read, context))) return read.full
  if (!context.released) return '1.0.0'
  return semver.inc(context.released.version, 'patch') ?? 'patch'
}
