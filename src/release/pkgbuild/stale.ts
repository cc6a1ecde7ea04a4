/**
 * Sources of other architectures than our package's that are another download in each release: nothing gives them the sum of the
 * new one, and no makepkg here tries them. What every architecture downloads is tried with the package, before anything is submitted.
 */
import { arraysOf, type Entry, entries, type Pkgbuild } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { lineAt } from '../text.ts'
import { ownEntry, sumsOf } from './address.ts'
import type { PkgbuildValues } from './values.ts'
import type { Word } from './words.ts'

/** `set`: the names whose values the release changes, pkgver among them. */
export function staleSources(
  pkgbuild: Pkgbuild,
  { package: own }: Pick<PkgbuildValues, 'package'>,
  set: readonly string[],
): readonly Problem[] {
  const ours = own && ownEntry(pkgbuild, own)
  const ourArray = ours === undefined || isProblem(ours) ? undefined : ours.array
  const names = namesThatFollow(pkgbuild, set)
  const untried = arraysOf(pkgbuild, 'source').filter((array) => array !== 'source' && array !== ourArray)
  const stale = untried
    .flatMap((array) => entries(pkgbuild, array))
    .filter((entry) => !isSkipped(pkgbuild, entry) && addressOf(pkgbuild, entry).some(follows(names)))
  if (stale.length === 0) return []
  const lines = [...new Set(stale.map(({ word }) => lineAt(pkgbuild.text, word.start)))].join(', ')
  const details = stale.map(({ array, word }) => `${array}: ${pkgbuild.text.slice(word.start, word.end)}`)
  return [problem('version.pkgbuild-other-source', { lines }, details.slice(0, 20))]
}

type Part = Word['parts'][number]

/** These names, and the variables that are made of them, in the order in which bash sets them. */
function namesThatFollow(pkgbuild: Pkgbuild, set: readonly string[]): ReadonlySet<string> {
  const names = new Set(set)
  for (const { name, words } of pkgbuild.assignments)
    if (words.some(({ parts }) => parts.some(follows(names)))) names.add(name)
  return names
}

/** What only bash could expand follows whatever it mentions. */
function follows(names: ReadonlySet<string>): (part: Part) => boolean {
  return ({ kind, text }) => kind !== 'text' && (text.match(/[A-Za-z_]\w*/g) ?? []).some((name) => names.has(name))
}

/** Without the name before `::`, under which a download is only kept. */
function addressOf({ text }: Pkgbuild, { word }: Entry): readonly Part[] {
  const cut = text.slice(word.start, word.end).indexOf('::')
  return word.parts.filter(({ end }) => end > word.start + cut)
}

function isSkipped(pkgbuild: Pkgbuild, { array, index }: Entry): boolean {
  const sums = sumsOf(pkgbuild, array)
  return sums.length > 0 && sums.every((name) => entries(pkgbuild, name)[index]?.text === 'SKIP')
}
