/** Verifies a release without a deployment: what `verify` answers. Everything is looked at from scratch folders, and only read. */
import { git } from '../../argv/git.ts'
import type { Summary } from '../../ports/journal.ts'
import type { Deployment } from '../../release/deployment.ts'
import type { Folders } from '../../release/facts.ts'
import { replay } from '../../release/machine.ts'
import { type Expected, leftOutOf, matrixFor, type Row } from '../../release/matrix/rows.ts'
import { type SettledMatrix, settleMatrix } from '../../release/matrix.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { planFor } from '../../release/plan/expand.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { fillTemplate, type Release } from '../../release/version.ts'
import { readVersion } from '../../release/version-files.ts'
import { publicAddress } from '../artifacts.ts'
import { createContext } from '../context.ts'
import { origin } from '../preflight/origin.ts'
import type { Context, Ports, Runner } from '../step.ts'
import { matrix } from './matrix.ts'
import { readMatrix } from './read-matrix.ts'

export interface VerifyOptions {
  readonly project: Project
  readonly release: Release
  /** Ended deployments of the project, newest first: what the release was made of is remembered there. */
  readonly history: readonly Summary[]
  /** Below a scratch folder. */
  readonly folders: Folders
  readonly ports: Ports
  /** Ends it before its deadline. */
  readonly signal?: AbortSignal
}

/** The matrix, and the rows that were not looked at, since nobody here knows what to expect of them. */
export interface Verification extends SettledMatrix {
  readonly leftOut: readonly Row[]
  /** The commit that the tag of the release points at; undefined where the origin has no such tag. */
  readonly tagged?: string
}

const MINUTE = 60_000
const ANYBODY = { platform: 'terminal', account: '', name: '', groups: [], vouched: false } as const

/** The matrix as the world is at this moment, or why it could not be looked at. */
export async function verifyRelease(asked: VerifyOptions): Promise<Verification | Problem> {
  const fetched = await origin.run(contextFor(asked, 'preflight.origin', origin))
  if (!fetched.ok && 'problem' in fetched) return askedAgain(fetched.problem, asked)
  const looking = (options: VerifyOptions) => contextFor(options, 'verify.matrix', { ...matrix, describe: () => ({}) })
  const tagged = await taggedCommit(asked, looking(asked))
  const commit = verifiedRun(asked.history, asked.release)?.commit ?? tagged
  if (commit === undefined) return noSuchRelease(asked)
  const options = { ...asked, release: await withItsBuild(asked, commit, looking(asked)) }
  const context = looking(options)
  const expected = expectedOf(options, commit, context)
  const rows = matrixFor(options.project, options.release, expected)
  const readings = await readMatrix(context, expected, rows)
  const now = options.ports.clock.now()
  const leftOut = leftOutOf(options.project, options.release, expected)
  return { ...settleMatrix(rows, readings, { now, deadline: now }), leftOut, ...(tagged && { tagged }) }
}

/** The problem of a check that a deployment makes, where no deployment could be retried. */
function askedAgain(found: Problem, { project, release }: VerifyOptions): Problem {
  const remedy = found.remedy.replace(/\b(try again|retry)\.$/, 'verify again.')
  return { ...found, remedy, copy: `verify ${release.full} --project ${project.name}` }
}

/** A deployment that nobody asked for, so that the runners' contexts have one to speak of. */
function imagined({ project, release, ports }: VerifyOptions): Deployment {
  const place = { platform: 'terminal', channel: '' } as const
  const request = {
    kind: 'release',
    number: 0,
    project,
    release,
    plan: planFor(project),
    requester: ANYBODY,
    place,
  } as const
  const deployment = replay([{ type: 'requested', ...request, at: ports.clock.now(), previousDigest: '' }])
  if ('brokenAt' in deployment) throw new Error('a first event was void')
  return deployment
}

function contextFor(options: VerifyOptions, step: string, runner: Runner): Context {
  const { folders, ports, project } = options
  const deployment = imagined(options)
  const planned = deployment.plan.find(({ id }) => id === step)
  if (planned === undefined) throw new Error(`the plan has no ${step}`)
  const deadline = ports.clock.now() + project.verify.deadlineMinutes * MINUTE
  const late = AbortSignal.timeout(project.verify.deadlineMinutes * MINUTE)
  const signal = options.signal === undefined ? late : AbortSignal.any([options.signal, late])
  const quiet = { intend: async () => {}, progress: () => {} }
  return createContext(runner, {
    deployment,
    planned,
    attempt: 1,
    folders,
    ports,
    signal,
    deadline,
    dryRun: true,
    ...quiet,
  })
}

/** A tag of before Slipway may name X.Y.Z alone where the release had a build number: the commit names it. */
async function withItsBuild(
  { project, release }: VerifyOptions,
  commit: string,
  { execute, facts }: Context,
): Promise<Release> {
  const { source } = project.version
  if (release.build !== undefined) return release
  const exit = await execute(git(facts.folders.clone, ['show', '--no-textconv', `${commit}:${source.file}`]))
  const named = exit.code === 0 ? readVersion(source, exit.stdout) : undefined
  const found = named === undefined || isProblem(named) ? undefined : named.release
  return found?.version === release.version ? found : release
}

async function taggedCommit(
  { project, release }: VerifyOptions,
  { execute, facts }: Context,
): Promise<string | undefined> {
  const tag = tagOf(project, release)
  const exit = await execute(
    git(facts.folders.clone, ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`]),
  )
  return exit.code === 0 ? exit.stdout.trim() : undefined
}

/** What only the journal knows, such as the digest of the package, is expected where the journal has it. */
function expectedOf({ release, history }: VerifyOptions, commit: string, { facts }: Context): Expected {
  const pkgver = toPkgver(release)
  const { packageVersion, packageSha256 } = verifiedRun(history, release)?.evidence ?? {}
  const packageUrl = publicAddress(facts)
  return {
    commit,
    ...(!isProblem(pkgver) && { pkgver }),
    ...(packageVersion !== undefined && { packageVersion }),
    ...(packageUrl !== undefined && { packageUrl }),
    ...(packageSha256 !== undefined && { packageSha256 }),
  }
}

function verifiedRun(history: readonly Summary[], release: Release): Summary | undefined {
  return history.find(({ status, version }) => status === 'complete' && version === release.full)
}

function noSuchRelease({ project, release }: VerifyOptions): Problem {
  return problem('request.no-such-release', { version: release.full, tag: tagOf(project, release) })
}

function tagOf({ repository }: Project, release: Release): string {
  return fillTemplate(repository.tag.name, release)
}
