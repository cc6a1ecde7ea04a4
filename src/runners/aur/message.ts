/** The words of a commit on the AUR. */
import { aurOf } from '../../argv/aur.ts'
import type { Facts } from '../../release/facts.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem } from '../../release/problems.ts'

/** The trailer tells that Slipway made the commit, and in which deployment. */
export function commitMessage(facts: Facts): string {
  const pkgver = toPkgver(facts.release)
  const version = isProblem(pkgver) ? facts.release.version : pkgver
  return `upgpkg: ${aurOf(facts).package} ${version}-${facts.known.pkgrel}\n\nSlipway-Deployment: #${facts.number}\n`
}
