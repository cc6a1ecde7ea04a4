/** What the AUR has at a commit, as its .SRCINFO says. */
import { isProblem } from '../../release/problems.ts'
import { parseSrcinfo, srcinfoVersion } from '../../release/srcinfo.ts'

export interface Live {
  readonly pkgver: string
  readonly pkgrel: string
  /** `[epoch:]pkgver-pkgrel`. */
  readonly full: string
}

/** Reads the version out of a .SRCINFO; undefined where it names none. */
export function readLive(text: string): Live | undefined {
  const srcinfo = parseSrcinfo(text)
  if (isProblem(srcinfo)) return undefined
  const full = srcinfoVersion(srcinfo)
  const [pkgver = '', pkgrel = ''] = ['pkgver', 'pkgrel'].map((key) => srcinfo.pkgbase.values.get(key)?.[0])
  return full === undefined ? undefined : { pkgver, pkgrel, full }
}

/** A package version as pacman writes it. */
export function fullVersion(epoch: string | undefined, pkgver: string, pkgrel: string): string {
  return `${epoch === undefined || epoch === '0' ? '' : `${epoch}:`}${pkgver}-${pkgrel}`
}
