/** Setting the version in any file changes that and nothing else. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isProblem } from '../../src/release/problems.ts'
import type { VersionFile } from '../../src/release/project.ts'
import { releaseOf } from '../../src/release/version.ts'
import { readVersion, setVersion, type VersionValues, versionText } from '../../src/release/version-files.ts'

const version = fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 }), fc.nat({ max: 99 })).map((parts) => parts.join('.'))
const build = fc.integer({ min: 1, max: 9999 }).map((value) => String(value).padStart(3, '0'))
const values: fc.Arbitrary<VersionValues> = fc.tuple(version, build).map(([text, number]) => ({
  release: releaseOf(text, number),
  date: '2026-11-23',
  commit: 'c0ffee0',
  pkgver: text,
}))
const end = fc.constantFrom('\n', '\r\n')
const noise = fc.array(
  fc.constantFrom('# version: 1.0.0', 'a: b', '  version: 2.0.0', '', 'dependencies:', 'text: "é 3.1.3"'),
  { maxLength: 5 },
)

/** A file in two halves around the place of its version, with a version in it. */
interface Sample {
  readonly file: VersionFile
  readonly before: string
  readonly old: string
  readonly after: string
}

const pubspec: fc.Arbitrary<Sample> = fc
  .tuple(noise, noise, end, fc.constantFrom('', '"', "'"), fc.constantFrom('', '  # why'), version)
  .map(([above, below, newline, quote, comment, old]) => ({
    file: { file: 'pubspec.yaml', kind: 'pubspec' },
    before: [...above, `version: ${quote}`].join(newline),
    old,
    after: [`${quote}${comment}`, ...below].join(newline),
  }))

const dart: fc.Arbitrary<Sample> = fc.tuple(noise, noise, end, version).map(([above, below, newline, old]) => ({
  file: { file: 'a.dart', kind: 'pattern', pattern: "appVersion = '{version}';" },
  before: [...above, "x appVersion = '"].join(newline),
  old,
  after: ["'; // '1.0.0'", ...below].join(newline),
}))

const json: fc.Arbitrary<Sample> = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 2, 4, '\t'), fc.constantFrom('', '\n'), version)
  .map(([other, indent, last, old]) => {
    const text = JSON.stringify({ 'a"b': other, app: { v: '@version@', w: '3.1.3' }, list: [other] }, undefined, indent)
    const [before = '', after = ''] = text.split('@version@', 2)
    return { file: { file: 'v.json', kind: 'json', set: { 'app.v': '{full}' } }, before, old, after: after + last }
  })

const pkgbuild: fc.Arbitrary<Sample> = fc
  .tuple(
    fc.constantFrom('', '# c\n', "a=('1' # x\n 2)\n"),
    fc.constantFrom('', '"', "'"),
    fc.constantFrom(' # y', ''),
    version,
  )
  .map(([above, quote, comment, old]) => ({
    file: { file: 'PKGBUILD', kind: 'pkgbuild' },
    before: `${above}pkgname=a\npkgver=${quote}`,
    old,
    after: `${quote}${comment}\npkgrel=1\nprepare() {\n  echo "}"\n}\n`,
  }))

const sample = fc
  .oneof(pubspec, dart, json, pkgbuild)
  .filter(({ before, after }) => !`${before}${after}`.includes('@version@'))

describe('any version file', () => {
  it('is changed at its version alone, is read back, and is left alone the second time', () => {
    fc.assert(
      fc.property(sample, values, ({ file, before, old, after }, wanted) => {
        const set = setVersion(file, before + old + after, wanted)
        if (isProblem(set)) throw new Error(set.what)
        expect(set).toBe(before + versionText(file, wanted) + after)
        expect(readVersion(file, set)).toMatchObject({ text: versionText(file, wanted) })
        expect(setVersion(file, set, wanted)).toBe(set)
      }),
      { numRuns: 500 },
    )
  })

  it('of any content is set or refused, and never breaks the bot', () => {
    const content = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'{}[]",:version pkgver=\n\'"$(`#\\1.2') }),
    )
    const file = sample.map((one) => one.file)
    fc.assert(
      fc.property(file, content, values, (one, text, wanted) => {
        const set = setVersion(one, text, wanted)
        if (isProblem(set)) expect(set.what).toContain('')
        else expect(setVersion(one, set, wanted)).toBe(set)
      }),
      { numRuns: 150 },
    )
  })
})
