/** The sum that a PKGBUILD promises for our package. */
import { arraysOf, entries, type Pkgbuild } from '../../release/pkgbuild.ts'

/** The sha256 beside the source with this address: undefined where no source has it, the empty string where it has no sum. */
export function promisedSum(pkgbuild: Pkgbuild, url: string): string | undefined {
  const sources = arraysOf(pkgbuild, 'source').flatMap((array) => entries(pkgbuild, array))
  const own = sources.find((entry) => entry.url === url)
  return own && (entries(pkgbuild, own.array.replace(/^source/, 'sha256sums'))[own.index]?.text ?? '')
}
