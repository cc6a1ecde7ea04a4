/** Which versions a project has: begun, released, in use, and the one that somebody means. */
import type { Journal, Summary } from '../ports/journal.ts'
import type { Baseline, Deployment } from '../release/deployment.ts'
import { isProblem, type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { misnamedProblem } from '../release/version/misread.ts'
import { isMisread, parseRelease, type Release, readRelease } from '../release/version.ts'

/** What is released now, from the journal, tags, AUR and server. */
export type Released = (project: Project, history: readonly Summary[]) => Promise<Baseline | Problem | undefined>

/** Versions that were begun and not released can be begun again under the same name. */
export function startedReleases(
  project: Project,
  history: readonly Summary[],
  live: readonly Deployment[],
): readonly Release[] {
  const ended = history
    .filter(({ status }) => status !== 'complete')
    .map(({ version }) => parseRelease(version, { withBuild: true }))
  const running = live.filter(
    (deployment) => deployment.project.name === project.name && deployment.status !== 'complete',
  )
  return [
    ...ended.filter((release): release is Release => !isProblem(release)),
    ...running.map(({ release }) => release),
  ]
}

/**
 * What users have: after a rollback of a verified release that is not the highest version any more. A release that was rolled
 * back in its own thread, or a rollback of a part, has changed nothing of that.
 */
export function inUse(released: Baseline, history: readonly Summary[]): Baseline {
  const last = history.find(
    ({ kind, status, back }) => status === 'complete' || (kind === 'rollback' && back !== undefined),
  )
  const back = last?.back === undefined ? undefined : parseRelease(last.back, { withBuild: true })
  if (back === undefined || isProblem(back) || last === undefined) return released
  const commit = history.find(({ status, version }) => status === 'complete' && version === back.full)?.commit
  return { release: back, sources: [`the rollback #${last.number}`], ...(commit !== undefined && { commit }) }
}

/** The newest deployments that are asked whether a version was started, released or taken back. */
export const LOOK_BACK = 100

/**
 * What a release follows on once it is its turn: those that were before it in the line have changed it since it was asked for.
 * Undefined where there were none, or where nothing is known that differs.
 */
export async function followedBy(
  { kind, project, queuedAfter }: Pick<Deployment, 'kind' | 'project' | 'queuedAfter'>,
  { journal, world }: { readonly journal: Pick<Journal, 'history'>; readonly world: { readonly released: Released } },
): Promise<Baseline | undefined> {
  if (kind !== 'release' || queuedAfter.length === 0) return undefined
  const now = await inUseNow(project, await journal.history(LOOK_BACK, project.name), world.released)
  return isProblem(now) ? undefined : now
}

/** The completed release that is meant: `#42` or `42`, a version, X.Y.Z for its newest build, or the last one. */
export function certified(history: readonly Summary[], target: string | undefined): Summary | undefined {
  const word = target?.replace(/^v(?=\d)/, '').replace(/^(?=\d+$)/, '#')
  return history.find(
    ({ kind, status, number, version }) =>
      kind === 'release' &&
      status === 'complete' &&
      (word === undefined || word === `#${number}` || word === version || word === version.split('+')[0]),
  )
}

/** The number of the rollback that took a release back later. */
export function rolledBackBy(history: readonly Summary[], { number, version }: Summary): number | undefined {
  return history.find(
    (each) =>
      each.number > number && each.version === version && each.kind === 'rollback' && each.status === 'rolled back',
  )?.number
}

/** What is to be verified: the newest release, or the one named; X.Y.Z alone names its newest build. */
export async function releaseNamed(
  version: string | undefined,
  project: Project,
  history: readonly Summary[],
  released: Released,
): Promise<Release | Problem> {
  const named = version === undefined ? undefined : readRelease(version, true)
  if (named !== undefined && isMisread(named)) return misnamedProblem(named, 'verify')
  if (named?.build !== undefined) return named
  const newest = await releasedOf(project, history, released)
  if (named === undefined) return newest
  const complete = history.filter(({ status }) => status === 'complete')
  const builds = [newest, ...complete.map((past) => parseRelease(past.version, { withBuild: true }))]
  return builds.find((one): one is Release => !isProblem(one) && one.version === named.version) ?? named
}

async function releasedOf(
  project: Project,
  history: readonly Summary[],
  released: Released,
): Promise<Release | Problem> {
  const now = await inUseNow(project, history, released)
  if (now === undefined) return problem('request.nothing-released', { project: project.title })
  return isProblem(now) ? now : now.release
}

async function inUseNow(project: Project, history: readonly Summary[], released: Released): ReturnType<Released> {
  const baseline = await released(project, history)
  return baseline === undefined || isProblem(baseline) ? baseline : inUse(baseline, history)
}
