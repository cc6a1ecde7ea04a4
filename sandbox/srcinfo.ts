/** What a .SRCINFO says, as the AUR's website reads it. */

/** Every field with its values, in their order. */
export type Srcinfo = Readonly<Record<string, readonly string[]>>

export function readSrcinfo(text: string): Srcinfo {
  const fields: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    const [, field, value] = /^\s*(\w+) = (.*)$/.exec(line) ?? []
    if (field !== undefined && value !== undefined) fields[field] = [...(fields[field] ?? []), value]
  }
  return fields
}

/** `[EPOCH:]PKGVER-PKGREL`, as pacman writes it. */
export function versionOf(info: Srcinfo): string {
  const { epoch, pkgver, pkgrel } = info
  const before = epoch?.[0] === undefined || epoch[0] === '0' ? '' : `${epoch[0]}:`
  return `${before}${pkgver?.[0] ?? ''}-${pkgrel?.[0] ?? ''}`
}
