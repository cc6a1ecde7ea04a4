/** Raises the epoch of a PKGBUILD, so that pacman takes an earlier version for a newer one. Nothing ever lowers it again. */
import { assignmentsOf, parsePkgbuild } from '../pkgbuild.ts'
import { isProblem, type Problem, problem } from '../problems.ts'
import { applyEdits } from '../text.ts'
import { followed, requote } from './values.ts'

/** The text with this epoch: set where it is, added below pkgrel where it is not, and every other byte as it was. */
export function setEpoch(text: string, epoch: number): string | Problem {
  const pkgbuild = parsePkgbuild(text)
  if (isProblem(pkgbuild)) return pkgbuild
  if (assignmentsOf(pkgbuild, 'epoch').length > 0) {
    const place = followed(pkgbuild, 'epoch')
    if (isProblem(place)) return place
    const { start, end } = place.word
    return applyEdits(text, [{ start, end, text: requote(text.slice(start, end), String(epoch)) }])
  }
  const after = assignmentsOf(pkgbuild, 'pkgrel').at(-1)
  if (after === undefined) return problem('version.pkgbuild-assignment', { name: 'pkgrel', found: 'it is not set' })
  const lineEnd = text.indexOf('\n', after.end)
  const at = lineEnd < 0 ? text.length : lineEnd + 1
  return applyEdits(text, [{ start: at, end: at, text: `${lineEnd < 0 ? '\n' : ''}epoch=${epoch}\n` }])
}

/** The epoch of a version as pacman writes it; 0 where it names none. */
export function epochOf(version: string): number {
  return Number(/^(\d+):/.exec(version)?.[1] ?? 0)
}
