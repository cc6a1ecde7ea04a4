/** Files that name the version: reading it, and setting it so that no other byte of the file changes. */
import { editPkgbuild } from './pkgbuild/edit.ts'
import { parsePkgbuild, valueIn } from './pkgbuild.ts'
import { isProblem, type Problem, problem } from './problems.ts'
import type { VersionFile } from './project.ts'
import { applyEdits, lineAt } from './text.ts'
import { atWidthOf, fillTemplate, isMisread, type Release, readRelease, releaseOf, templateValues } from './version.ts'
import { type JsonPlace, jsonPlaces, jsonText } from './version-files/json.ts'
import { patternPlaces } from './version-files/pattern.ts'
import { pubspecPlaces } from './version-files/pubspec.ts'

/** What is written. `pkgrel` absent: the one in a PKGBUILD stays. `commit` and `date` are texts for JSON templates. */
export interface VersionValues {
  readonly release: Release
  readonly date: string
  readonly commit: string
  readonly pkgver: string
  readonly pkgrel?: string
}

/** What a file says: its own words, and the release where they make a whole one. */
export interface NamedVersion {
  readonly text: string
  readonly release?: Release
}

type Kind<K extends VersionFile['kind']> = VersionFile & { readonly kind: K }

/**
 * The version that the file names now: X.Y.Z+BUILD, X.Y.Z, or pkgver, as much as its kind has room for. `wanted` is what it is
 * going to be compared with: a build number that JSON holds as a number is read at the width of that.
 */
export function readVersion(file: VersionFile, text: string, wanted = ''): NamedVersion | Problem {
  if (file.kind === 'pkgbuild') return readPkgbuild(file, text)
  if (file.kind === 'json') return readJson(file, text, wanted)
  const place = onlyPlace(file, text)
  if (isProblem(place)) return place
  return file.kind === 'pattern' ? readPattern(file, place.text) : named(file, place.text)
}

/** The file with the version set. Setting what is there already returns the very same text. */
export function setVersion(file: VersionFile, text: string, values: VersionValues): string | Problem {
  const missing = missingBuild(file, values.release)
  if (missing) return missing
  if (file.kind === 'pkgbuild') return setPkgbuild(text, values)
  if (file.kind === 'json') return setJson(file, text, values)
  const place = onlyPlace(file, text)
  if (isProblem(place)) return place
  const wanted = versionText(file, values)
  return place.text === wanted ? text : applyEdits(text, [{ ...place, text: wanted }])
}

/** What `readVersion` says of a file whose version is set. */
export function versionText(file: VersionFile, { release, pkgver }: Pick<VersionValues, 'release' | 'pkgver'>): string {
  if (file.kind === 'pkgbuild') return pkgver
  if (file.kind === 'pubspec') return release.full
  const names = templatesOf(file).join(' ')
  if (names.includes('{full}') || (names.includes('{version}') && names.includes('{build}'))) return release.full
  return names.includes('{build}') ? (release.build ?? '') : release.version
}

function templatesOf(file: Kind<'json'> | Kind<'pattern'>): readonly string[] {
  return file.kind === 'json' ? Object.values(file.set) : [file.pattern]
}

/** A place for a build number cannot be filled by a version that has none. */
function missingBuild(file: VersionFile, { build, full }: Release): Problem | undefined {
  if (build !== undefined || file.kind === 'pubspec' || file.kind === 'pkgbuild') return undefined
  if (!templatesOf(file).some((template) => template.includes('{build}'))) return undefined
  return problem('version.build-missing', { file: file.file, full, placeholder: '{build}' })
}

interface Place {
  readonly start: number
  readonly end: number
  readonly text: string
}

function onlyPlace(file: Kind<'pubspec'> | Kind<'pattern'>, text: string): Place | Problem {
  const places = file.kind === 'pubspec' ? pubspecPlaces(text) : patternPlaces(file.pattern, text)
  if (!places)
    return problem('version.pattern-placeholder', {
      file: file.file,
      pattern: templatesOf(file as Kind<'pattern'>).join(),
    })
  const place = file.kind === 'pubspec' ? 'version:' : `"${file.pattern}"`
  const [only, ...others] = places
  if (!only) return problem('version.place-missing', { file: file.file, place })
  if (others.length === 0) return only
  const lines = places.slice(0, 20).map(({ start }) => lineAt(text, start))
  return problem('version.place-several', { file: file.file, place, count: places.length, lines: lines.join(', ') })
}

function named({ file }: VersionFile, found: string): NamedVersion | Problem {
  const read = readRelease(found, true)
  if (!isMisread(read)) return { text: found, release: read }
  return problem('version.unreadable', {
    file,
    found: JSON.stringify(found.slice(0, 60)),
    expected: 'X.Y.Z or X.Y.Z+BUILD',
  })
}

function readPattern(file: Kind<'pattern'>, found: string): NamedVersion | Problem {
  return file.pattern.includes('{build}') ? { text: found } : named(file, found)
}

function readPkgbuild({ file }: VersionFile, text: string): NamedVersion | Problem {
  const pkgbuild = parsePkgbuild(text)
  if (isProblem(pkgbuild)) return pkgbuild
  const pkgver = valueIn(pkgbuild, 'pkgver')
  return pkgver
    ? { text: pkgver }
    : problem('version.unreadable', { file, found: 'no pkgver that is written out', expected: 'pkgver=X.Y.Z' })
}

function setPkgbuild(text: string, { pkgver, pkgrel }: VersionValues): string | Problem {
  const edited = editPkgbuild(text, { pkgver, ...(pkgrel !== undefined && { pkgrel }) })
  return isProblem(edited) ? edited : edited.text
}

/** Put together from the keys that hold it: `version` and `build_number`, or one with both. What disagrees is told as it is. */
function readJson(file: Kind<'json'>, text: string, wanted: string): NamedVersion | Problem {
  const places = jsonPlaces(file, text)
  if (isProblem(places)) return places
  const naming = places.filter(({ template }) => /\{(version|build|full)\}/.test(template))
  const values = naming.map((place) => valuesIn(place, wanted))
  const read = together(file, Object.assign({}, ...values))
  if (isProblem(read) || values.every((one) => one && agrees(one, read))) return read
  return { ...read, text: naming.map(({ key, value }) => `${key} ${value}`).join(', ') }
}

function together(file: Kind<'json'>, found: Values): NamedVersion | Problem {
  if (found.full) return named(file, found.full)
  if (found.version) return named(file, releaseOf(found.version, found.build).full)
  const buildOnly = !templatesOf(file).some((template) => /\{(version|full)\}/.test(template))
  if (buildOnly && found.build) return { text: found.build }
  return problem('version.unreadable', { file: file.file, found: 'its keys hold none', expected: 'X.Y.Z' })
}

/** A file of build numbers alone has no release; its text is one of them. */
function agrees({ full, version, build }: Values, { text, release }: NamedVersion): boolean {
  const of: Values = release ?? { build: text }
  return (full ?? of.full) === of.full && (version ?? of.version) === of.version && (build ?? of.build) === of.build
}

type Values = NonNullable<ReturnType<typeof templateValues>>

function valuesIn({ template, value }: JsonPlace, wanted: string): Values | undefined {
  const values = templateValues(template, String(value))
  if (typeof value !== 'number' || values?.build === undefined) return values
  return { ...values, build: atWidthOf(wanted, values.build) }
}

function setJson(file: Kind<'json'>, text: string, values: VersionValues): string | Problem {
  const places = jsonPlaces(file, text)
  if (isProblem(places)) return places
  const filled = (place: JsonPlace) => fillTemplate(place.template, values.release, { ...values, release: '' })
  const edits = places.filter((place) => String(place.value) !== filled(place))
  return applyEdits(
    text,
    edits.map((place) => ({ ...place, text: jsonText(place.value, filled(place)) })),
  )
}
