/** The epoch of a PKGBUILD: raised, so that pacman takes an earlier version for a newer one, and never lowered again. */
import { assignmentsOf, type Pkgbuild, parsePkgbuild, valueIn } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { applyEdits } from '../text.ts'
import { followed, type NamedEdit, requote } from './values.ts'

/** The text with this epoch: set where it is, added below pkgrel where it is not, and every other byte as it was. */
export function setEpoch(text: string, epoch: number): string | Problem {
  const pkgbuild = parsePkgbuild(text)
  if (isProblem(pkgbuild)) return pkgbuild
  const edits = editEpoch(pkgbuild, epoch)
  return isProblem(edits) ? edits : applyEdits(text, edits)
}

/** The edits after which the epoch is at least this; none where it is already. */
export function raiseEpoch(pkgbuild: Pkgbuild, least: number): readonly NamedEdit[] | Problem {
  return Number(valueIn(pkgbuild, 'epoch') ?? 0) < least ? editEpoch(pkgbuild, least) : []
}

function editEpoch(pkgbuild: Pkgbuild, epoch: number): readonly NamedEdit[] | Problem {
  if (assignmentsOf(pkgbuild, 'epoch').length === 0) return addEpoch(pkgbuild, epoch)
  const place = followed(pkgbuild, 'epoch')
  if (isProblem(place)) return place
  const { start, end } = place.word
  return [{ name: place.name, start, end, text: requote(pkgbuild.text.slice(start, end), String(epoch)) }]
}

function addEpoch(pkgbuild: Pkgbuild, epoch: number): readonly NamedEdit[] | Problem {
  const after = assignmentsOf(pkgbuild, 'pkgrel').at(-1)
  if (after === undefined) return problem('version.pkgbuild-assignment', { name: 'pkgrel', found: 'it is not set' })
  const lineEnd = pkgbuild.text.indexOf('\n', after.end)
  const at = lineEnd < 0 ? pkgbuild.text.length : lineEnd + 1
  return [{ name: 'epoch', start: at, end: at, text: `${lineEnd < 0 ? '\n' : ''}epoch=${epoch}\n` }]
}

/** The epoch of a version as pacman writes it; 0 where it names none. */
export function epochOf(version: string): number {
  return Number(/^(\d+):/.exec(version)?.[1] ?? 0)
}
