/** preflight.version: the release is allowed, its tag is free, every version file can be set, and a build gets every file. */
import { git } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { VersionFile } from '../../release/project.ts'
import { findCarriageReturns, spokenLines } from '../../release/text.ts'
import { nextAddressed } from '../../release/version/next-address.ts'
import { spentReleases } from '../../release/version/spent.ts'
import { compareReleases, fillTemplate } from '../../release/version.ts'
import { setVersion, type VersionValues } from '../../release/version-files.ts'
import { outcomeOf } from '../outcome.ts'
import { type Context, step } from '../step.ts'
import { isSet, readTracked, textOf, trackedFiles, valuesOf, versionIn } from '../version/texts.ts'
import { checkAbsent, describeAbsent } from './absent.ts'

type Actions = ReturnType<typeof describe>

export const version = step({ describe, run })

function describe(facts: Facts) {
  const { source, sync } = facts.project.version
  const ref = `refs/tags/${tagOf(facts)}^{commit}`
  return {
    tracked: trackedFiles(facts, [source, ...sync]),
    ...describeAbsent(facts),
    tag: git(facts.folders.clone, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref]),
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, deployment } = context
  const tracked = readTracked((await context.execute(context.actions.tracked)).stdout)
  const values = valuesOf(facts, { date: '', commit: '' })
  if (isProblem(values)) return outcomeOf(context, [values], {})
  const absent = await checkAbsent(context)
  const problems = [
    ...refuseReleased(facts),
    ...(await refuseSpent(context)),
    ...(await refuseTagged(context)),
    ...(await refuseFiles(context, tracked, values)),
    ...absent.problems,
  ]
  const source = await versionIn(context, facts.project.version.source)
  const found = isProblem(source) ? '' : source.text
  const ahead = isProblem(source) || problems.length > 0 ? [] : refuseAhead(facts, source)
  const started = found === facts.release.full && deployment.commit === undefined
  const notes = started
    ? [`the branch says ${found} already: it was started and not released, and its commit is used`]
    : []
  return outcomeOf(context, [...problems, ...ahead], { versionBefore: found, previous: facts.previous?.full ?? null }, [
    ...notes,
    ...absent.notes,
  ])
}

function refuseReleased({ release, previous, project }: Facts): readonly Problem[] {
  const order = previous === undefined ? 1 : compareReleases(release, previous)
  if (previous === undefined || order > 0) return []
  if (order < 0) return [problem('preflight.version-lower', { version: release.full, released: previous.full })]
  const suggestion = release.build !== undefined && canBuild(project.repository.tag.name) ? 'build' : 'patch'
  return [problem('preflight.version-released', { version: release.full, source: 'verified or tagged', suggestion })]
}

/** A rollback that was before this deployment in the line may have begun only after its version was made exact. */
async function refuseSpent({ facts: { project, release }, history }: Context<Actions>): Promise<readonly Problem[]> {
  const spent = spentReleases(await history())
  if (spent.every((one) => compareReleases(one, release) !== 0)) return []
  const suggestion = nextAddressed(project, release)
  return [problem('preflight.version-spent', { version: release.full, suggestion })]
}

/** A tag on the release commit of this very deployment is its own. */
async function refuseTagged({ facts, deployment, actions, execute }: Context<Actions>): Promise<readonly Problem[]> {
  const exit = await execute(actions.tag)
  const commit = exit.stdout.trim()
  if (exit.code !== 0 || commit === deployment.commit) return []
  const suggestion = canBuild(facts.project.repository.tag.name) ? 'build' : 'patch'
  const source = `the tag ${tagOf(facts)} is on ${commit.slice(0, 12)}`
  return [problem('preflight.version-released', { version: facts.release.full, source, suggestion })]
}

/** Every file at once: there, text, Unix line ends, and with a place for the version. */
async function refuseFiles(
  context: Context<Actions>,
  tracked: ReadonlyMap<string, number>,
  values: VersionValues,
): Promise<readonly Problem[]> {
  const { source, sync } = context.facts.project.version
  const files = [source, ...sync]
  const found = await Promise.all(files.map((file) => refuseFile(context, tracked, values, file)))
  return found.flatMap((one) => one ?? [])
}

async function refuseFile(
  context: Context<Actions>,
  tracked: ReadonlyMap<string, number>,
  values: VersionValues,
  file: VersionFile,
): Promise<Problem | undefined> {
  if (!tracked.has(file.file)) return problem('preflight.version-file-missing', { file: file.file })
  const text = await textOf(context, file.file)
  if (isProblem(text)) return text
  const returns = findCarriageReturns(text)
  if (returns.length > 0) return problem('version.carriage-returns', { file: file.file, lines: spokenLines(returns) })
  if (isSet(file, text, values)) return undefined
  const set = setVersion(file, text, values)
  return isProblem(set) ? set : undefined
}

/** Somebody who set a higher version on the branch is about to release that one. */
function refuseAhead(
  { release, project }: Facts,
  found: { readonly text: string; readonly release?: typeof release },
): readonly Problem[] {
  if (found.release === undefined || compareReleases(found.release, release) <= 0) return []
  const { file } = project.version.source
  return [problem('preflight.version-ahead', { found: found.text, file, version: release.full })]
}

function canBuild(tag: string): boolean {
  return tag.includes('{build}') || tag.includes('{full}')
}

function tagOf({ project, release }: Facts): string {
  return fillTemplate(project.repository.tag.name, release)
}
