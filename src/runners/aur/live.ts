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

/** The versions that a .SRCINFO has named, from the differences of its history. */
export function readEarlier(differences: string): readonly Live[] {
  const files = differences.split(/^diff --git .*$/m).map((difference) => difference.split(/^@@ .* @@.*$/m)[1] ?? '')
  return files.flatMap((lines) => readLive(lines.replace(/^-.*\n?/gm, '').replace(/^[+ \\]/gm, '')) ?? [])
}

/** A package version as pacman writes it. */
export function fullVersion(epoch: string | undefined, pkgver: string, pkgrel: string): string {
  return `${epoch === undefined || epoch === '0' ? '' : `${epoch}:`}${pkgver}-${pkgrel}`
}
