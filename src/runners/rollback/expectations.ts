/**
 * What the world has to look like after a rollback: what was taken back as it was before the release, everything else as it was
 * when the question was answered. Where neither is known, a row is left out and said.
 */
import { fileAt } from '../../argv/aur.ts'
import { type GitCommand, git } from '../../argv/git.ts'
import type { Deployment, Evidence, Json } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Expected, matrixFor, type Row } from '../../release/matrix/rows.ts'
import { parsePkgbuild } from '../../release/pkgbuild.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem } from '../../release/problems.ts'
import type { VersionFile } from '../../release/project.ts'
import { fillTemplate, type Release } from '../../release/version.ts'
import { readVersion } from '../../release/version-files.ts'
import { readLive } from '../aur/live.ts'
import type { Context } from '../step.ts'
import { promisedSum } from '../verify/package-sum.ts'
import { shownFacts } from './approved.ts'

/** Rows with what each has to find, the base for reading each, and the rows that nothing is known for. */
export interface Expectations {
  readonly rows: readonly Row[]
  readonly leftOut: readonly Row[]
  expectedFor(row: Row): Expected
}

type Undone = ReadonlySet<string>

/** All rows that the project has, for the version gone back to. Nothing is unpushed by a rollback, so that row is not among them. */
export function rowsBackAt(facts: Facts): readonly Row[] {
  const { project } = facts
  const whole = { ...baseOf(facts), packageVersion: 'not known', packageSha256: 'not known' }
  return matrixFor(project, releaseBack(facts), whole).filter(({ id }) => id !== 'unpushed')
}

/** The base for reading the files of the branch: its head, since an earlier commit never says that the branch went back. */
export function baseOf({ project, ...facts }: Facts): Expected {
  const pkgver = toPkgver(releaseBack(facts))
  const template = project.build.publish?.url
  return {
    commit: `origin/${project.repository.branch}`,
    ...(!isProblem(pkgver) && { pkgver }),
    ...(template !== undefined && { packageUrl: fillTemplate(template, releaseBack(facts)) }),
  }
}

/** What is expected, looked up in the bot's own clones and in what the steps left. */
export async function expectationsOf(context: Context): Promise<Expectations> {
  const { facts, deployment } = context
  const undone: Undone = new Set(deployment.plan.filter(({ phase }) => phase === 'rollback').map(({ id }) => id))
  const rows = rowsBackAt(facts)
  const wanted = await Promise.all(rows.map(async (row) => [row, await wantedOf(context, undone, row)] as const))
  const before = branchBefore(facts) ?? facts.previousCommit ?? ''
  return {
    rows: wanted.flatMap(([row, expected]) => (expected === undefined ? [] : [{ ...row, expected }])),
    leftOut: wanted.flatMap(([row, expected]) => (expected === undefined ? [row] : [])),
    expectedFor: ({ id }) => ({ ...baseOf(facts), ...(id.startsWith('own:') && { commit: before }) }),
  }
}

function wantedOf(context: Context, undone: Undone, row: Row): Promise<string | undefined> | string | undefined {
  const [check = '', item = ''] = row.id.split(/:(.*)/s)
  const { facts, deployment } = context
  switch (check) {
    case 'git':
    case 'assets':
    case 'pkgbuild':
      return versionBefore(context, undone, check, item)
    case 'web':
      return servedBefore(firstRecorded(facts.left), [...undone].some(isServer) ? facts.previous : undefined)
    case 'served':
      return servedBefore(facts.left[`servedAlone:${item}`], [...undone].some(isServer) ? facts.previous : undefined)
    case 'commit':
      return undone.has(`rollback.server:${item}`)
        ? textOf(facts.left[`keptCommit:${item}`])
        : shownFacts(deployment)[`commit on ${item}`]
    case 'aur':
      return aurVersion(context, undone)
    case 'srcinfo':
      return undone.has('rollback.aur:epoch') ? row.expected : undefined
    case 'package':
      return isAurUndone(undone) ? sumBefore(context) : undefined
    case 'own':
      return isWholly(deployment, undone) ? row.expected : undefined
    default:
      return row.expected
  }
}

/** The version that a file of the branch named before, or names where the branch is left alone. */
async function versionBefore(
  { facts, deployment, execute }: Context,
  undone: Undone,
  check: string,
  item: string,
): Promise<string | undefined> {
  const commit = undone.has('rollback.git') ? branchBefore(facts) : shownFacts(deployment).originHead
  const file = fileOf(facts, check, item)
  if (commit === undefined || file === undefined) return undefined
  const exit = await execute(showOf(facts, commit, file.file))
  const version = exit.code === 0 ? readVersion(file, exit.stdout) : undefined
  return version === undefined || isProblem(version) ? undefined : version.text
}

/** Where the branch was before the release commit, which an earlier deployment may have pushed already. */
function branchBefore({ left: { pushedOver, commit } }: Facts): string | undefined {
  return pushedOver !== undefined && pushedOver === commit ? `${commit}^` : textOf(pushedOver)
}

function fileOf({ project: { version } }: Facts, check: string, item: string): VersionFile | undefined {
  if (check === 'git') return version.source
  return version.sync.find(({ kind, file }) => (check === 'pkgbuild' ? kind === 'pkgbuild' : file === item))
}

function showOf({ folders }: Facts, commit: string, file: string): GitCommand {
  return git(folders.clone, ['show', '--no-textconv', `${commit}:${file}`])
}

/** What an address answered before anything was switched; the version itself where it gave no answer then. */
function servedBefore(said: Json | undefined, back: Release | undefined): string | undefined {
  const isAnswer = /^\d+\.\d+\.\d+|^HTTP \d+$|^no version in the answer$/.test(String(said ?? ''))
  return back && (isAnswer ? String(said) : back.full)
}

/** Of what each server found at the address that they share: all of them looked before anything was switched. */
function firstRecorded(left: Evidence): Json | undefined {
  return Object.entries(left).find(([name]) => name.startsWith('servedVersion:'))?.[1]
}

/** What the AUR offers now that it went back, or what it offered when the question was answered. */
async function aurVersion(context: Context, undone: Undone): Promise<string | undefined> {
  const { left } = context.facts
  if (!isAurUndone(undone)) return shownFacts(context.deployment).aurVersion
  const text = await aurFile(context, '.SRCINFO')
  return textOf(left.rollbackPackageVersion) ?? (text === undefined ? undefined : readLive(text)?.full)
}

/** The sum that the AUR's PKGBUILD of before promises for its package: whoever installs it downloads that. */
async function sumBefore(context: Context): Promise<string | undefined> {
  const text = await aurFile(context, 'PKGBUILD')
  const pkgbuild = text === undefined ? undefined : parsePkgbuild(text)
  const { packageUrl } = baseOf(context.facts)
  if (pkgbuild === undefined || isProblem(pkgbuild) || packageUrl === undefined) return undefined
  return promisedSum(pkgbuild, packageUrl) || undefined
}

/** A file as the AUR had it before; undefined where it had nothing. */
async function aurFile({ facts, execute }: Context, name: string): Promise<string | undefined> {
  const head = textOf(facts.left.aurHead)
  if (head === undefined) return undefined
  const exit = await execute(fileAt(facts, head, name))
  return exit.code === 0 ? exit.stdout : undefined
}

function isAurUndone(undone: Undone): boolean {
  return [...undone].some((id) => id.startsWith('rollback.aur'))
}

function isServer(id: string): boolean {
  return id.startsWith('rollback.server:')
}

/** Everything that took effect goes back, so the product's own checks may say that it did. */
function isWholly({ project }: Deployment, undone: Undone): boolean {
  const servers = project.vps?.hosts.every(({ name }) => undone.has(`rollback.server:${name}`)) ?? true
  return undone.has('rollback.git') && servers && (project.aur === undefined || isAurUndone(undone))
}

function releaseBack({ previous, release }: Pick<Facts, 'previous' | 'release'>): Release {
  return previous ?? release
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
