/** A .SRCINFO, and whether it says what its PKGBUILD says. */
import { arraysOf, entries, type Pkgbuild, valueIn } from './pkgbuild.ts'
import { type Problem, problem } from './problems.ts'

/** The values of pkgbase, or of one package, by key in the order of the file. */
interface SrcinfoSection {
  readonly name: string
  readonly values: ReadonlyMap<string, readonly string[]>
}

export interface Srcinfo {
  readonly pkgbase: SrcinfoSection
  readonly packages: readonly SrcinfoSection[]
}

/** A key on which the two disagree. An empty list: it is not there. */
export interface SrcinfoDifference {
  readonly key: string
  readonly srcinfo: readonly string[]
  readonly pkgbuild: readonly string[]
}

/** Reads `key = value` lines under pkgbase and pkgname; anything else is a problem with its line. */
export function parseSrcinfo(text: string): Srcinfo | Problem {
  const sections: { name: string; kind: string; values: Map<string, string[]> }[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, key, value] = /^([A-Za-z][\w-]*)\s*=\s*(.*)$/.exec(line) ?? []
    const opens = key === 'pkgbase' || key === 'pkgname'
    if (key === undefined || value === undefined || (sections.length === 0) !== (key === 'pkgbase')) {
      return problem('aur.srcinfo-syntax', { line: index + 1, found: JSON.stringify(line.slice(0, 80)) })
    }
    if (opens) sections.push({ name: value, kind: key, values: new Map() })
    else append(sections.at(-1)?.values, key, value)
  }
  const [pkgbase, ...packages] = sections
  if (pkgbase && packages.length > 0) return { pkgbase, packages }
  return problem('aur.srcinfo-syntax', { line: text.split('\n').length, found: 'the end, without a pkgname' })
}

function append(values: Map<string, string[]> | undefined, key: string, value: string): void {
  values?.set(key, [...(values.get(key) ?? []), value])
}

/** `[epoch:]pkgver-pkgrel`, or undefined where a part of it is missing. */
export function srcinfoVersion({ pkgbase }: Srcinfo): string | undefined {
  const [epoch, pkgver, pkgrel] = ['epoch', 'pkgver', 'pkgrel'].map((key) => pkgbase.values.get(key)?.[0])
  if (!pkgver || !pkgrel) return undefined
  return `${epoch && epoch !== '0' ? `${epoch}:` : ''}${pkgver}-${pkgrel}`
}

const VALUES = ['pkgver', 'pkgrel', 'epoch', 'pkgdesc', 'url', 'install', 'changelog']
const LISTS = ['arch', 'license', 'groups', 'validpgpkeys', 'noextract', 'options', 'backup']
const BY_ARCHITECTURE = [
  'source',
  ...['depends', 'makedepends', 'checkdepends', 'optdepends', 'provides', 'conflicts', 'replaces'],
  ...['ck', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'b2'].map((kind) => `${kind}sums`),
]

/**
 * Where a .SRCINFO differs from its PKGBUILD, in all that the PKGBUILD says at its top level. Keys in `unread` hold a value
 * that only bash could expand; whether they agree is not known.
 */
export function compareSrcinfo(
  srcinfo: Srcinfo,
  pkgbuild: Pkgbuild,
): { readonly differences: readonly SrcinfoDifference[]; readonly unread: readonly string[] } {
  const pairs = [
    ...namePairs(srcinfo, pkgbuild),
    ...keysOf(srcinfo, pkgbuild).map((key) => keyPair(srcinfo, pkgbuild, key)),
  ]
  const differences = pairs.flatMap(({ key, srcinfo: said, pkgbuild: wanted }) =>
    wanted === undefined || wanted.join('\n') === said.join('\n') ? [] : [{ key, srcinfo: said, pkgbuild: wanted }],
  )
  return { differences, unread: pairs.flatMap(({ key, pkgbuild: wanted }) => (wanted === undefined ? [key] : [])) }
}

interface Pair {
  readonly key: string
  readonly srcinfo: readonly string[]
  readonly pkgbuild: readonly string[] | undefined
}

function namePairs(srcinfo: Srcinfo, pkgbuild: Pkgbuild): readonly Pair[] {
  const names = textsOf(pkgbuild, 'pkgname')
  const base = textsOf(pkgbuild, 'pkgbase')
  return [
    { key: 'pkgbase', srcinfo: [srcinfo.pkgbase.name], pkgbuild: base?.length === 0 ? names?.slice(0, 1) : base },
    { key: 'pkgname', srcinfo: srcinfo.packages.map(({ name }) => name), pkgbuild: names },
  ]
}

function keysOf(srcinfo: Srcinfo, pkgbuild: Pkgbuild): readonly string[] {
  const architectures = BY_ARCHITECTURE.flatMap((family) => arraysOf(pkgbuild, family))
  return [...new Set([...VALUES, ...LISTS, ...architectures, ...srcinfo.pkgbase.values.keys()])]
}

function keyPair(srcinfo: Srcinfo, pkgbuild: Pkgbuild, key: string): Pair {
  const said = srcinfo.pkgbase.values.get(key) ?? []
  if (!VALUES.includes(key)) return { key, srcinfo: said, pkgbuild: textsOf(pkgbuild, key) }
  const isSet = pkgbuild.assignments.some(({ name }) => name === key)
  const value = isSet ? valueIn(pkgbuild, key) : ''
  return { key, srcinfo: said, pkgbuild: value === undefined ? undefined : [oneLine(value)].filter(Boolean) }
}

/** Texts as makepkg prints them; undefined where one is not known. */
function textsOf(pkgbuild: Pkgbuild, array: string): readonly string[] | undefined {
  const texts = entries(pkgbuild, array).map(({ text }) => text)
  return texts.includes(undefined) ? undefined : texts.flatMap((text) => (text ? [oneLine(text)] : []))
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
