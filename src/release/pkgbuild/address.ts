/** Our package among the sources of a PKGBUILD: which entry it is, and giving it the address of another release. */
import { arraysOf, assignmentsOf, type Entry, entries, type Pkgbuild, parsePkgbuild } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { applyEdits, lineAt, versionPattern } from '../text.ts'
import { type Release, readTemplate } from '../version.ts'
import { isWrittenOut, type NamedEdit, type PkgbuildValues, requote } from './values.ts'

type Package = NonNullable<PkgbuildValues['package']>

/** The one source whose address is the published address of some release, with sums that can be set. */
export function ownEntry(pkgbuild: Pkgbuild, own: Pick<Package, 'template' | 'url'>): Entry | Problem {
  const sources = arraysOf(pkgbuild, 'source').flatMap((array) => entries(pkgbuild, array))
  const [entry, ...others] = sources.filter(({ url }) => url !== undefined && readTemplate(own.template, url))
  const lineOf = ({ word }: Entry) => lineAt(pkgbuild.text, word.start)
  if (!entry) {
    const found = sources.map((source) => source.text ?? pkgbuild.text.slice(source.word.start, source.word.end))
    return problem('version.pkgbuild-no-entry', { url: own.url }, found.slice(0, 20))
  }
  if (others.length > 0) {
    return problem('version.pkgbuild-several-entries', { lines: [entry, ...others].map(lineOf).join(', ') })
  }
  return unpaired(pkgbuild, entry) ?? entry
}

/** Why the source cannot be paired with a sha256 sum, if so. */
function unpaired(pkgbuild: Pkgbuild, entry: Entry): Problem | undefined {
  const wanted = entry.array.replace(/^source/, 'sha256sums')
  const line = lineAt(pkgbuild.text, entry.word.start)
  const sums = sumsOf(pkgbuild, entry.array)
  if (sums.join() !== wanted)
    return problem('version.pkgbuild-sums', { line, wanted, found: sums.join(', ') || 'nothing' })
  for (const array of [entry.array, wanted]) {
    const several = entries(pkgbuild, array).find(({ word }) => word.parts.some(mayBeSeveral))
    if (several)
      return problem('version.pkgbuild-expansion', { array, line: lineAt(pkgbuild.text, several.word.start) })
  }
  const sources = entries(pkgbuild, entry.array).length
  const count = entries(pkgbuild, wanted).length
  if (sources === count) return undefined
  return problem('version.pkgbuild-count', { array: entry.array, sources, sums: wanted, count })
}

/** The arrays of sums that are there for one of sources. */
export function sumsOf(pkgbuild: Pkgbuild, array: string): readonly string[] {
  return ['ck', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'b2']
    .map((kind) => array.replace(/^source/, `${kind}sums`))
    .filter((name) => assignmentsOf(pkgbuild, name).length > 0)
}

function mayBeSeveral(part: { readonly kind: string; readonly quote: string }): boolean {
  return part.kind === 'dynamic' && part.quote === ''
}

/** The fewest edits after which the entry is the new address: none, its variables, its own text, or the address whole. */
export function editAddress(
  pkgbuild: Pkgbuild,
  own: Entry,
  wanted: Package | undefined,
): readonly NamedEdit[] | Problem {
  const entry = entries(pkgbuild, own.array)[own.index]
  const from = wanted && readTemplate(wanted.template, own.url ?? '')
  const to = wanted && readTemplate(wanted.template, wanted.url)
  if (!entry || !wanted || !from || !to) return problem('version.pkgbuild-no-entry', { url: wanted?.url ?? '' })
  const swap = swapper(from, to)
  const variables = variableEdits(pkgbuild, entry, swap)
  const texts = textEdits(pkgbuild, entry, swap)
  const whole = wholeEdit(pkgbuild, entry, wanted.url)
  const fits = [[], variables, texts, [...variables, ...texts], [whole]].find((edits) =>
    gives(pkgbuild, edits, entry, wanted.url),
  )
  return fits ?? problem('version.pkgbuild-no-entry', { url: wanted.url })
}

function gives(pkgbuild: Pkgbuild, edits: readonly NamedEdit[], { array, index }: Entry, url: string): boolean {
  const edited = parsePkgbuild(applyEdits(pkgbuild.text, edits))
  return !isProblem(edited) && entries(edited, array)[index]?.url === url
}

/** Replaces the texts that stand for one release by those of the other. */
function swapper(from: Release, to: Release): (text: string) => string {
  const values = new Map([
    [from.full, to.full],
    [from.version, to.version],
    [from.build ?? from.full, to.build ?? to.full],
  ])
  const pattern = new RegExp(versionPattern([...values.keys()]), 'g')
  return (text) => text.replace(pattern, (found) => values.get(found) ?? found)
}

/** Helper variables of the address that hold the old version or build number, such as `_build=001`. */
function variableEdits(pkgbuild: Pkgbuild, entry: Entry, swap: (text: string) => string): readonly NamedEdit[] {
  const names = new Set(entry.word.parts.flatMap((part) => (part.kind === 'variable' ? [part.text] : [])))
  return [...names].flatMap((name) => {
    const [assignment, ...others] = assignmentsOf(pkgbuild, name)
    const word = assignment?.words[0]
    if (
      name === 'pkgver' ||
      !assignment?.plain ||
      assignment.array ||
      others.length > 0 ||
      !word ||
      !isWrittenOut(word)
    )
      return []
    const raw = pkgbuild.text.slice(word.start, word.end)
    return swap(raw) === raw ? [] : [{ name, start: word.start, end: word.end, text: swap(raw) }]
  })
}

function textEdits(pkgbuild: Pkgbuild, entry: Entry, swap: (text: string) => string): readonly NamedEdit[] {
  return entry.word.parts.flatMap(({ kind, start, end }) => {
    const raw = pkgbuild.text.slice(start, end)
    return kind !== 'text' || swap(raw) === raw ? [] : [{ name: entry.array, start, end, text: swap(raw) }]
  })
}

/** The address written out; the name before `::` stays as it is. */
function wholeEdit(pkgbuild: Pkgbuild, entry: Entry, url: string): NamedEdit {
  const { start, end } = entry.word
  const raw = pkgbuild.text.slice(start, end)
  const cut = entry.name === undefined ? 0 : raw.indexOf('::') + 2
  if (cut === 0) return { name: entry.array, start, end, text: requote(raw, url) }
  const quote = entry.word.parts.find((part) => part.start <= start + cut && start + cut < part.end)?.quote ?? ''
  const closes = quote !== '' && raw.indexOf(quote, cut) === raw.length - 1
  const quoted = requote(quote + quote, url)
  return { name: entry.array, start: start + cut, end, text: closes ? quoted.slice(1) : quote + quoted }
}
