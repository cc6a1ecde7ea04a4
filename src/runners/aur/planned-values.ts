/** What the aur phase will set in a PKGBUILD, for whoever reads one before it did. */
import type { Facts } from '../../release/facts.ts'
import type { PkgbuildValues } from '../../release/pkgbuild/values.ts'
import { publicAddress } from '../artifacts.ts'

/** The sum is not known yet, and which one it is makes no difference to what is looked for. */
export function plannedValues(facts: Facts, pkgver: string, epoch = 0): PkgbuildValues {
  const template = facts.project.build.publish?.url
  const url = publicAddress(facts)
  const own = template !== undefined && url !== undefined ? { package: { template, url, sha256: '0'.repeat(64) } } : {}
  return { pkgver, pkgrel: '1', epoch, ...own }
}
