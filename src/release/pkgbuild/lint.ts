/** What is wrong with a PKGBUILD before a release touches it: syntax, line ends, and other versions than its own in it. */
import { arraysOf, assignmentsOf, entries, isLocal, type Pkgbuild, parsePkgbuild, valueIn } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { lineAt, literal, versionPattern } from '../text.ts'
import { editPkgbuild, type PkgbuildChange } from './edit.ts'
import { staleSources } from './stale.ts'
import { followed, type PkgbuildValues } from './values.ts'

/** A place that names a version of our package. */
export interface Mention {
  readonly line: number
  readonly version: string
  /** The line as it is. */
  readonly text: string
}

export interface PkgbuildLint {
  /** What stops a release; empty when it can be edited and nothing will be left over. */
  readonly problems: readonly Problem[]
  readonly pkgver?: string
  readonly pkgrel?: string
  readonly epoch?: string
  /** Names of another version than pkgver that the edit puts right. */
  readonly rewritten: readonly Mention[]
  /** Those that it does not. */
  readonly elsewhere: readonly Mention[]
  /** Files that have to lie beside it: local sources, `install=`, `changelog=`. */
  readonly files: readonly string[]
}

/**
 * Looks at the file, and at what the edit of the coming release would make of it. `released` is the pkgver that is published
 * now: a literal text of it is an old version as well. Without `edit` nothing counts as rewritten.
 */
export function lintPkgbuild(
  text: string,
  options: { readonly packageName: string; readonly released?: string; readonly edit?: PkgbuildValues },
): PkgbuildLint {
  const pkgbuild = parsePkgbuild(text)
  if (isProblem(pkgbuild)) return { problems: [pkgbuild], rewritten: [], elsewhere: [], files: [] }
  const edited = options.edit ? editPkgbuild(text, options.edit) : { text, changes: [] }
  const after = isProblem(edited) ? pkgbuild : parsePkgbuild(edited.text)
  const names = { name: options.packageName, old: [options.released, valueIn(pkgbuild, 'pkgver')] }
  const elsewhere = isProblem(after) ? [] : otherVersions(after, names)
  const left = new Set(elsewhere.map(({ line, version }) => `${line} ${version}`))
  const rewritten = otherVersions(pkgbuild, names).filter(({ line, version }) => !left.has(`${line} ${version}`))
  const wrong = isProblem(edited) ? [edited] : staleIn(pkgbuild, options.edit, edited.changes)
  return {
    problems: [...misnamed(pkgbuild, options.packageName), ...wrong, ...leftOver(pkgbuild, options.edit, elsewhere)],
    ...facts(pkgbuild),
    rewritten,
    elsewhere,
  }
}

/** The AUR goes by pkgbase, which is the first pkgname where it is not set; what is tested and asked for goes by pkgname. */
function misnamed(pkgbuild: Pkgbuild, packageName: string): readonly Problem[] {
  const names = entries(pkgbuild, 'pkgname').map(({ text }) => text)
  const base = assignmentsOf(pkgbuild, 'pkgbase').length > 0 ? valueIn(pkgbuild, 'pkgbase') : names[0]
  const isBase = base === undefined || base === packageName
  if (isBase && (names.includes(undefined) || names.includes(packageName))) return []
  const found = { base: base ?? 'not set', names: names.map((name) => name ?? 'unknown').join(', ') || 'not set' }
  return [problem('version.pkgbuild-name', { packageName, ...found })]
}

/** A release also sets the variable that pkgver is, and those in the address of our package. */
function staleIn(
  pkgbuild: Pkgbuild,
  edit: PkgbuildValues | undefined,
  changes: readonly PkgbuildChange[],
): readonly Problem[] {
  const pkgver = followed(pkgbuild, 'pkgver')
  const set = ['pkgver', ...(isProblem(pkgver) ? [] : [pkgver.name]), ...changes.map(({ name }) => name)]
  return edit ? staleSources(pkgbuild, edit, set) : []
}

function facts(pkgbuild: Pkgbuild): Pick<PkgbuildLint, 'pkgver' | 'pkgrel' | 'epoch' | 'files'> {
  const pkgver = valueIn(pkgbuild, 'pkgver')
  const pkgrel = valueIn(pkgbuild, 'pkgrel')
  const epoch = valueIn(pkgbuild, 'epoch')
  return { ...(pkgver && { pkgver }), ...(pkgrel && { pkgrel }), ...(epoch && { epoch }), files: companions(pkgbuild) }
}

/** The files that a PKGBUILD expects beside itself. */
export function companions(pkgbuild: Pkgbuild): readonly string[] {
  const sources = arraysOf(pkgbuild, 'source').flatMap((array) => entries(pkgbuild, array))
  const local = sources.filter(isLocal).map(({ url = '' }) => url)
  const named = ['install', 'changelog'].flatMap((name) => valueIn(pkgbuild, name) || [])
  return [...new Set([...local, ...named])]
}

function leftOver(
  pkgbuild: Pkgbuild,
  edit: PkgbuildValues | undefined,
  elsewhere: readonly Mention[],
): readonly Problem[] {
  if (elsewhere.length === 0) return []
  const pkgver = edit?.pkgver ?? valueIn(pkgbuild, 'pkgver') ?? ''
  const lines = [...new Set(elsewhere.map(({ line }) => line))].join(', ')
  const details = elsewhere.map(({ line, text }) => `${line}: ${text.trim()}`)
  return [problem('version.pkgbuild-other-version', { pkgver, lines }, details.slice(0, 20))]
}

interface Names {
  readonly name: string
  readonly old: readonly (string | undefined)[]
}

const MOST_MENTIONS = 500

/** Versions after the package's name, and old versions anywhere but among dependencies, that are not its pkgver. */
function otherVersions(pkgbuild: Pkgbuild, { name, old }: Names): readonly Mention[] {
  const after = `(?<![\\w-])(?:${literal(name)}|\\$pkgname|\\$\\{_?pkgname\\}|\\$_pkgname)["']?[-_=/ ]v?(\\d+(?:\\.\\d+)+)`
  const known = old.flatMap((version) => version || [])
  const pattern = new RegExp(known.length > 0 ? `${after}|(${versionPattern(known)})` : after, 'gi')
  const own = core(valueIn(pkgbuild, 'pkgver') ?? '')
  return [...pkgbuild.text.matchAll(pattern)].slice(0, MOST_MENTIONS).flatMap((found) => {
    const version = found[1] ?? found[2] ?? ''
    const ignored =
      core(version) === own || isComment(pkgbuild, found.index) || (!found[1] && isDependency(pkgbuild, found.index))
    return ignored ? [] : [mention(pkgbuild.text, found.index, version)]
  })
}

function mention(text: string, position: number, version: string): Mention {
  const line = lineAt(text, position)
  return { line, version, text: text.split('\n')[line - 1] ?? '' }
}

/** The numbers of a version, without what follows them. */
function core(version: string): string {
  return /^[\d.]*\d/.exec(version)?.[0] ?? version
}

function isComment(pkgbuild: Pkgbuild, position: number): boolean {
  return pkgbuild.comments.some(({ start, end }) => start <= position && position < end)
}

function isDependency(pkgbuild: Pkgbuild, position: number): boolean {
  const inside = pkgbuild.assignments.find(({ start, end }) => start <= position && position < end)
  return inside !== undefined && /depends|conflicts|provides|replaces/.test(inside.name)
}
