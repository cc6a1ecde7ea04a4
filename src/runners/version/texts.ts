/** The version files in the bot's own clone: what they name now, and setting a version in them. */
import { basename, dirname, join } from 'node:path'
import { type GitCommand, git } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Project, VersionFile } from '../../release/project.ts'
import { isWhole } from '../../release/text.ts'
import {
  type NamedVersion,
  readVersion,
  setVersion,
  type VersionValues,
  versionText,
} from '../../release/version-files.ts'
import type { Context } from '../step.ts'

type World = Pick<Context, 'facts' | 'ports'>

/** Their paths in the repository, each once. */
export function versionFiles({ version }: Project): readonly string[] {
  return [...new Set([version.source, ...version.sync].map(({ file }) => file))]
}

/** Asks git which of the files are tracked, and as what. */
export function trackedFiles({ folders }: Facts, files: readonly VersionFile[]): GitCommand {
  const paths = [...new Set(files.map(({ file }) => file))]
  return git(folders.clone, ['--literal-pathspecs', 'ls-files', '--stage', '-z', '--', ...paths])
}

/** Modes by path from the answer of `trackedFiles`. A link is left out: what it points to may lie anywhere. */
export function readTracked(output: string): ReadonlyMap<string, number> {
  const entries = output.split('\0').map((entry) => /^(100\d{3}) \w+ 0\t(.+)$/s.exec(entry))
  return new Map(entries.flatMap((found) => (found ? [[found[2] ?? '', found[1] === '100755' ? 0o755 : 0o644]] : [])))
}

/** The text of a version file, which has to be an ordinary file of the branch and UTF-8. */
export async function textOf({ facts, ports }: World, file: string): Promise<string | Problem> {
  const path = join(facts.folders.clone, file)
  const entry = (await ports.files.list(dirname(path))).find(({ name }) => name === basename(path))
  const text = entry?.kind === 'file' ? await ports.files.read(path) : undefined
  if (text === undefined) return problem('preflight.version-file-missing', { file })
  return isWhole(text) ? text : problem('preflight.version-file-encoding', { file })
}

/** What a version file names now, to be compared with the release. */
export async function versionIn(world: World, file: VersionFile): Promise<NamedVersion | Problem> {
  const text = await textOf(world, file.file)
  return isProblem(text) ? text : readVersion(file, text, world.facts.release.full)
}

/** What is set: the release, when, and the commit that the release commit is made on, since no commit can name itself. */
export function valuesOf({ release }: Facts, at: Pick<VersionValues, 'date' | 'commit'>): VersionValues | Problem {
  const pkgver = toPkgver(release)
  return isProblem(pkgver) ? pkgver : { release, pkgver, ...at }
}

/** Whether the file names the release already: it is then left as it is, with the date and commit of when that was set. */
export function isSet(file: VersionFile, text: string, values: VersionValues): boolean {
  const wanted = versionText(file, values)
  const found = readVersion(file, text, wanted)
  return !isProblem(found) && found.text === wanted
}

/** Sets the version in each file in turn; the paths that changed, or the first problem. */
export async function setVersions(
  context: Pick<Context, 'facts' | 'ports' | 'execute'>,
  files: readonly VersionFile[],
  at: Pick<VersionValues, 'date' | 'commit'>,
): Promise<readonly string[] | Problem> {
  const values = valuesOf(context.facts, at)
  if (isProblem(values)) return values
  const modes = readTracked((await context.execute(trackedFiles(context.facts, files))).stdout)
  const changed: string[] = []
  for (const file of files) {
    const set = await setOne(context, file, values, modes.get(file.file))
    if (isProblem(set)) return set
    if (set) changed.push(file.file)
  }
  return [...new Set(changed)]
}

async function setOne(
  world: World,
  file: VersionFile,
  values: VersionValues,
  mode: number | undefined,
): Promise<boolean | Problem> {
  if (mode === undefined) return problem('preflight.version-file-missing', { file: file.file })
  const text = await textOf(world, file.file)
  if (isProblem(text) || isSet(file, text, values)) return isProblem(text) ? text : false
  const after = setVersion(file, text, values)
  if (isProblem(after) || after === text) return isProblem(after) ? after : false
  await world.ports.files.write(join(world.facts.folders.clone, file.file), after, mode)
  return true
}
