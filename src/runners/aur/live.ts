/** What the AUR has at a commit, as its .SRCINFO says. */

export interface Live {
  readonly pkgver: string
  readonly pkgrel: string
  /** `[epoch:]pkgver-pkgrel`. */
  readonly full: string
}

/** Reads the version out of a .SRCINFO; undefined where it names none. */
export function readLive(srcinfo: string): Live | undefined {
  const value = (name: string) => new RegExp(`^\\s*${name} = (\\S+)`, 'm').exec(srcinfo)?.[1]
  const [pkgver, pkgrel] = [value('pkgver'), value('pkgrel')]
  if (pkgver === undefined || pkgrel === undefined) return undefined
  return { pkgver, pkgrel, full: fullVersion(value('epoch'), pkgver, pkgrel) }
}

/** A package version as pacman writes it. */
export function fullVersion(epoch: string | undefined, pkgver: string, pkgrel: string): string {
  return `${epoch === undefined || epoch === '0' ? '' : `${epoch}:`}${pkgver}-${pkgrel}`
}
