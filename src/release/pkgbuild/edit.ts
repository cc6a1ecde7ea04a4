/** Sets what a release changes in a PKGBUILD and leaves every other byte. */
import { type Entry, entries, type Pkgbuild, parsePkgbuild } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { applyEdits, lineAt } from '../text.ts'
import { editAddress, ownEntry } from './address.ts'
import { raiseEpoch } from './epoch.ts'
import { followed, isWrittenOut, type NamedEdit, type PkgbuildValues, requote } from './values.ts'

/** One value that was changed, as it was and is written. */
export interface PkgbuildChange {
  readonly name: string
  readonly line: number
  /** Empty where it was not set. */
  readonly from: string
  readonly to: string
}

interface Edited {
  readonly text: string
  readonly changes: readonly PkgbuildChange[]
}

/**
 * Sets pkgver, pkgrel and the epoch of the AUR, and the address and sha256 of our package among the sources. Variables in
 * the address stay where they give the right one. Setting what is already there changes nothing.
 */
export function editPkgbuild(text: string, values: PkgbuildValues): Edited | Problem {
  const start = parsePkgbuild(text)
  if (isProblem(start)) return start
  const numbered = editVersion(start, values)
  if (isProblem(numbered)) return numbered
  const versioned = then(numbered, (pkgbuild) => raiseEpoch(pkgbuild, values.epoch ?? 0))
  if (isProblem(versioned) || !values.package) return versioned
  const own = ownEntry(start, values.package)
  if (isProblem(own)) return own
  const addressed = then(versioned, (pkgbuild) => editAddress(pkgbuild, own, values.package))
  if (isProblem(addressed)) return addressed
  return then(addressed, (pkgbuild) => editSum(pkgbuild, own, values.package?.sha256 ?? ''))
}

function editVersion(pkgbuild: Pkgbuild, values: PkgbuildValues): Edited | Problem {
  const line = pkgbuild.functions.find(({ name }) => name === 'pkgver')?.start
  if (line !== undefined) return problem('version.pkgbuild-function', { line: lineAt(pkgbuild.text, line) })
  const pkgver = editScalar(pkgbuild, 'pkgver', values.pkgver)
  if (isProblem(pkgver)) return pkgver
  const pkgrel = values.pkgrel === undefined ? [] : editScalar(pkgbuild, 'pkgrel', values.pkgrel)
  return isProblem(pkgrel) ? pkgrel : made(pkgbuild.text, [...pkgver, ...pkgrel])
}

/** A value that is written out once, or that is one variable which is. */
function editScalar(pkgbuild: Pkgbuild, name: string, value: string): readonly NamedEdit[] | Problem {
  const place = followed(pkgbuild, name)
  if (isProblem(place)) return place
  if (place.text === value) return []
  const { start, end } = place.word
  return [{ name: place.name, start, end, text: requote(pkgbuild.text.slice(start, end), value) }]
}

/** The sum that pairs with our source. */
function editSum(pkgbuild: Pkgbuild, own: Entry, sha256: string): readonly NamedEdit[] | Problem {
  const name = own.array.replace(/^source/, 'sha256sums')
  const sum = entries(pkgbuild, name)[own.index]
  if (!sum || !isWrittenOut(sum.word)) {
    return problem('version.pkgbuild-assignment', { name, found: 'the sum of the package is not written out' })
  }
  if (sum.text === 'SKIP') return problem('version.pkgbuild-skip', { line: lineAt(pkgbuild.text, sum.word.start) })
  if (sum.text === sha256) return []
  const { start, end } = sum.word
  return [{ name, start, end, text: requote(pkgbuild.text.slice(start, end), sha256) }]
}

function then(before: Edited, edit: (pkgbuild: Pkgbuild) => readonly NamedEdit[] | Problem): Edited | Problem {
  const pkgbuild = parsePkgbuild(before.text)
  if (isProblem(pkgbuild)) return pkgbuild
  const edits = edit(pkgbuild)
  if (isProblem(edits)) return edits
  const after = made(before.text, edits)
  return { text: after.text, changes: [...before.changes, ...after.changes] }
}

function made(text: string, edits: readonly NamedEdit[]): Edited {
  const changes = edits.map(({ name, start, end, text: to }) => ({
    name,
    line: lineAt(text, start),
    from: text.slice(start, end),
    to,
  }))
  return { text: applyEdits(text, edits), changes }
}
