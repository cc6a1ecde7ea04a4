/** What the AUR demands of a push, checked beforehand, so that it never has to refuse. */
import { companions } from './pkgbuild/lint.ts'
import { type Pkgbuild, parsePkgbuild } from './pkgbuild.ts'
import { isProblem, type Problem, problem } from './problems.ts'
import { compareSrcinfo, parseSrcinfo, type Srcinfo } from './srcinfo.ts'

/** The commit that would be pushed. Paths are relative to the repository; folders need not be listed. */
export interface AurTree {
  readonly packageName: string
  readonly files: readonly {
    readonly path: string
    readonly bytes: number
    readonly kind: 'file' | 'folder' | 'link'
  }[]
  readonly pkgbuildText: string
  readonly srcinfoText: string
  /** The .SRCINFO that the AUR has now; absent for a package that nobody has pushed yet. */
  readonly headSrcinfoText?: string
}

/** All findings, none when the AUR will take it and users will get it. */
export function checkAurTree(tree: AurTree): readonly Problem[] {
  const pkgbuild = parsePkgbuild(tree.pkgbuildText)
  const srcinfo = parseSrcinfo(tree.srcinfoText)
  const unread = [pkgbuild, srcinfo].filter(isProblem)
  const read =
    isProblem(pkgbuild) || isProblem(srcinfo) ? [] : READ_RULES.flatMap((rule) => rule(tree, pkgbuild, srcinfo))
  return [...TREE_RULES.flatMap((rule) => rule(tree)), ...unread, ...read]
}

const MOST_BYTES = 256_000
const LONGEST_TEXT = 255
const FOLDERS = /^(keys\/pgp\/[^/]+\.asc|LICENSES\/[^/]+)$/

const TREE_RULES: readonly ((tree: AurTree) => readonly Problem[])[] = [
  ({ files }) =>
    ['PKGBUILD', '.SRCINFO']
      .filter((name) => !files.some(({ path, kind }) => path === name && kind === 'file'))
      .map((file) => problem('aur.rule-missing', { file })),
  ({ files }) =>
    files
      .filter(({ path, kind }) => kind !== 'folder' && path.includes('/') && !FOLDERS.test(path))
      .map(({ path }) => problem('aur.rule-folder', { path })),
  ({ files }) =>
    files
      .filter(({ bytes }) => bytes > MOST_BYTES)
      .map(({ path, bytes }) => problem('aur.rule-size', { path, bytes, most: MOST_BYTES })),
  ({ srcinfoText, headSrcinfoText }) => (srcinfoText === headSrcinfoText ? [problem('aur.rule-unchanged', {})] : []),
]

const READ_RULES: readonly ((tree: AurTree, pkgbuild: Pkgbuild, srcinfo: Srcinfo) => readonly Problem[])[] = [
  ({ packageName }, _, { pkgbase }) =>
    pkgbase.name === packageName ? [] : [problem('aur.rule-pkgbase', { pkgbase: pkgbase.name, packageName })],
  (_, __, srcinfo) =>
    longTexts(srcinfo).map(([key, length]) => problem('aur.rule-length', { key, length, most: LONGEST_TEXT })),
  ({ files }, pkgbuild, srcinfo) =>
    companionsOf(pkgbuild, srcinfo)
      .filter((file) => !files.some(({ path }) => path === file))
      .map((file) => problem('aur.rule-companion', { file })),
  (_, pkgbuild, srcinfo) =>
    compareSrcinfo(srcinfo, pkgbuild).differences.map(({ key, srcinfo: said, pkgbuild: wanted }) =>
      problem('aur.rule-srcinfo', {
        key,
        srcinfo: said.join(', ') || 'nothing',
        pkgbuild: wanted.join(', ') || 'nothing',
      }),
    ),
]

function longTexts({ pkgbase, packages }: Srcinfo): readonly (readonly [key: string, length: number])[] {
  const names = packages.map(({ name }) => ['pkgname', name.length] as const)
  const texts = [pkgbase, ...packages].flatMap(({ values }) => values.get('pkgdesc') ?? [])
  const described = texts.map((text) => ['pkgdesc', text.length] as const)
  return [...names, ...described].filter(([, length]) => length > LONGEST_TEXT)
}

/** What either of the two says has to lie beside them. */
function companionsOf(pkgbuild: Pkgbuild, { pkgbase, packages }: Srcinfo): readonly string[] {
  const said = [pkgbase, ...packages].flatMap(({ values }) => {
    const sources = [...values].flatMap(([key, texts]) => (/^source(_|$)/.test(key) ? texts : []))
    const local = sources.map((source) => source.replace(/^.*?::/, '')).filter((url) => !/^lp:|:\/\//.test(url))
    return [...local, ...(values.get('install') ?? []), ...(values.get('changelog') ?? [])]
  })
  return [...new Set([...companions(pkgbuild), ...said])].filter((file) => file !== '')
}
