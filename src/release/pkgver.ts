/** What pacman makes of a version: pkgver and pkgrel, and the order it compares them in. */
import { type Problem, problem } from './problems.ts'
import type { Release } from './version.ts'

/**
 * The pkgver of a release: its version without the build number. A pre-release loses its hyphen, 3.2.0-beta.1 becomes
 * 3.2.0beta.1. One that pacman would not order before the final version, or that it orders otherwise than semver among
 * other pre-releases, is refused: only a word followed by numbers is in the same order for both.
 */
export function toPkgver(release: Release): string | Problem {
  const [, core = release.version, pre] = /^([\d.]+)-(.*)$/.exec(release.version) ?? []
  if (pre === undefined) return core
  const cause = CAUSES.find(([fits]) => fits.test(pre))?.[1]
  if (cause === undefined) return `${core}${pre}`
  const word = /^[A-Za-z]+/.exec(pre)?.[0] ?? 'beta'
  const number = /[1-9]\d*/.exec(pre)?.[0] ?? '1'
  return problem(cause, { version: release.version, suggestion: `${core}-${word}.${number}` })
}

/** Pre-releases that pacman and semver order differently, with why. */
const CAUSES = [
  [/^\d+(\.|$)/, 'request.prerelease-number-first'],
  [/-|[A-Za-z]\d|\d[A-Za-z]/, 'request.prerelease-mixed'],
  [/\.[A-Za-z]/, 'request.prerelease-words'],
] as const

/** The pkgrel to publish: 1 for a new pkgver, one more where the same pkgver is published already. */
export function nextPkgrel(
  pkgver: string,
  published: { readonly pkgver: string; readonly pkgrel: string } | undefined,
): string {
  if (published?.pkgver !== pkgver) return '1'
  return (BigInt(/^\d+/.exec(published.pkgrel)?.[0] ?? '0') + 1n).toString()
}

/**
 * Orders two package versions, `[epoch:]pkgver[-pkgrel]`, as pacman does: -1, 0 or 1. A pkgrel counts only where both have one.
 * Follows the description in vercmp(8) and was compared with the program itself.
 */
export function vercmp(a: string, b: string): number {
  const left = packageVersion(a)
  const right = packageVersion(b)
  return (
    compareParts(left.epoch, right.epoch) ||
    compareParts(left.pkgver, right.pkgver) ||
    (left.pkgrel !== undefined && right.pkgrel !== undefined ? compareParts(left.pkgrel, right.pkgrel) : 0)
  )
}

function packageVersion(text: string): { epoch: string; pkgver: string; pkgrel?: string } {
  const [, epoch = '', rest = text] = /^(\d*):(.*)$/s.exec(text) ?? []
  const hyphen = rest.lastIndexOf('-')
  if (hyphen < 0) return { epoch: epoch || '0', pkgver: rest }
  return { epoch: epoch || '0', pkgver: rest.slice(0, hyphen), pkgrel: rest.slice(hyphen + 1) }
}

/** Compares block by block: runs of digits or of letters, each with the separators before it. */
function compareParts(a: string, b: string): number {
  if (a === b) return 0
  let left = a
  let right = b
  while (left !== '' && right !== '') {
    const one = nextBlock(left)
    const other = nextBlock(right)
    if (one.block === '' || other.block === '') return compareEnds(one.block + one.rest, other.block + other.rest)
    const order = Math.sign(one.separators - other.separators) || compareBlocks(one.block, other.block)
    if (order !== 0) return order
    left = one.rest
    right = other.rest
  }
  return compareEnds(left, right)
}

function nextBlock(text: string): { separators: number; block: string; rest: string } {
  const [whole = '', separators = '', block = ''] = /^([^0-9A-Za-z]*)([0-9]+|[A-Za-z]+|)/.exec(text) ?? []
  return { separators: separators.length, block, rest: text.slice(whole.length) }
}

/** A number is newer than letters; numbers compare by value, letters by ASCII. */
function compareBlocks(a: string, b: string): number {
  const isNumber = /^\d/.test(a)
  if (isNumber !== /^\d/.test(b)) return isNumber ? 1 : -1
  const [one, other] = isNumber ? [a.replace(/^0+/, ''), b.replace(/^0+/, '')] : [a, b]
  if (isNumber && one.length !== other.length) return one.length > other.length ? 1 : -1
  return one === other ? 0 : one > other ? 1 : -1
}

/** What is left of either side: letters make a version older (1.0beta before 1.0), anything else newer. */
function compareEnds(a: string, b: string): number {
  if (a === '' && b === '') return 0
  return (a === '' && !/^[A-Za-z]/.test(b)) || /^[A-Za-z]/.test(a) ? -1 : 1
}
