/**
 * Versions as people type them and files carry them: X.Y.Z, a build number with its width, and templates of both.
 * What may be deployed next is in `target.ts`, what pacman makes of a version in `pkgver.ts`.
 */
import semver from 'semver'
import type { Problem } from './problems.ts'
import { literal } from './text.ts'
import { LONGEST, type Misread, misread, misreadAs, misreadProblem } from './version/misread.ts'

/** A version to ship. `build` keeps its leading zeros; it is absent for products that have no build number. */
export interface Release {
  /** X.Y.Z or a pre-release of it. */
  readonly version: string
  readonly build?: string
  /** X.Y.Z+BUILD, or X.Y.Z where there is no build number. */
  readonly full: string
}

/**
 * A version from a text: `3.1.3`, `v3.1.3`, `3.1.3-beta.1`, `3.1.3+001`. Without a build number the release has none;
 * with `withBuild: false` one is refused. Anything else is a problem that says what is wrong and carries a corrected command.
 */
export function parseRelease(text: string, options: { readonly withBuild: boolean }): Release | Problem {
  const read = readRelease(text, options.withBuild)
  return isMisread(read) ? misreadProblem(read, read.meant ?? 'patch') : read
}

/** The same, with the cause as data for those who know better what to suggest. */
export function readRelease(text: string, withBuild: boolean): Release | Misread {
  const parts = text.length > LONGEST ? null : /^[vV]?(\d+\.\d+\.\d+(?:-[\dA-Za-z.-]+)?)(?:\+(\d+))?$/.exec(text)
  const version = parts?.[1]
  if (version === undefined || semver.valid(version) !== version) return misread(text)
  const build = parts?.[2]
  if (build !== undefined && !withBuild) return misreadAs('request.version-without-build', text)
  return releaseOf(version, build)
}

/** Tells why a text was not read from the release that was. */
export function isMisread(read: Release | Misread): read is Misread {
  return 'cause' in read
}

/** The release of a version and its build number. */
export function releaseOf(version: string, build?: string): Release {
  return build === undefined ? { version, full: version } : { version, build, full: `${version}+${build}` }
}

/** Orders as semver does, then by build number; no build number comes before any. Negative, zero or positive. */
export function compareReleases(a: Release, b: Release): number {
  return semver.compare(a.version, b.version) || compareNumbers(a.build ?? '-1', b.build ?? '-1')
}

/** The next build number at the width of this one, decimal at any length: 009 to 010, 099 to 100, 999 to 1000. */
export function nextBuild(build: string): string {
  return (BigInt(build) + 1n).toString().padStart(build.length, '0')
}

/**
 * Fills `{version}`, `{build}` and `{full}`, and whatever `more` names, such as `{date}` and `{commit}`. Other braces stay.
 * Values are never filled again. `{build}` is empty for products without build numbers.
 */
export function fillTemplate(template: string, release: Release, more: Readonly<Record<string, string>> = {}): string {
  const values = new Map(
    Object.entries({ ...more, version: release.version, build: release.build ?? '', full: release.full }),
  )
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole)
}

/** The release that a filled template names, such as that of a tag, or undefined where the text is not of this template. */
export function readTemplate(template: string, text: string): Release | undefined {
  const { full, version, build } = templateValues(template, text) ?? {}
  const read = readRelease(full ?? (version === undefined ? '' : releaseOf(version, build).full), true)
  return isMisread(read) ? undefined : read
}

/** What stands in the places of a template's placeholders, or undefined where the text is not of this template. */
export function templateValues(
  template: string,
  text: string,
): { readonly version?: string; readonly build?: string; readonly full?: string } | undefined {
  if (text.length > LONGEST * 10) return undefined
  const seen = new Set<string>()
  const pieces = template.split(/(\{\w+\})/).map((piece) => templatePiece(piece, seen))
  const found = new RegExp(`^${pieces.join('')}$`).exec(text)
  return found ? { ...found.groups } : undefined
}

/** How the text of a placeholder looks. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{version}': '\\d+\\.\\d+\\.\\d+(?:-[\\dA-Za-z.-]+)?',
  '{build}': '\\d+',
  '{full}': '\\d+\\.\\d+\\.\\d+(?:-[\\dA-Za-z.-]+)?(?:\\+\\d+)?',
  '{date}': '[\\s\\S]*?',
  '{commit}': '[\\s\\S]*?',
}

function templatePiece(piece: string, seen: Set<string>): string {
  const pattern = PLACEHOLDERS[piece]
  const name = piece.slice(1, -1)
  if (pattern === undefined) return literal(piece)
  if (seen.has(name)) return `\\k<${name}>`
  seen.add(name)
  return `(?<${name}>${pattern})`
}

/**
 * The digits of a number that was not written as text, such as 1 in JSON, which has no width: as the build number that `wanted`
 * ends with is written (3.1.3+001, or 001), where that is the same number.
 */
export function atWidthOf(wanted: string, digits: string): string {
  const build = /(?:^|\+)(\d+)$/.exec(wanted)?.[1]
  const isSame = build !== undefined && /^\d+$/.test(digits) && compareNumbers(build, digits) === 0
  return isSame ? build : digits
}

/** Compares decimal numbers of any length. */
function compareNumbers(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}
