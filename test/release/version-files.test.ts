/** Files that name the version, set and read, and the search for the version before. */
import { describe, expect, it } from 'vitest'
import { matchesGlob } from '../../src/release/glob.ts'
import { searchOldVersion } from '../../src/release/old-versions.ts'
import type { VersionFile } from '../../src/release/project.ts'
import { findCarriageReturns } from '../../src/release/text.ts'
import { releaseOf } from '../../src/release/version.ts'
import { readVersion, setVersion, type VersionValues, versionText } from '../../src/release/version-files.ts'

const VALUES: VersionValues = {
  release: releaseOf('3.1.3', '001'),
  date: '2026-11-23T14:00:00Z',
  commit: 'c0ffee0',
  pkgver: '3.1.3',
}
const PUBSPEC: VersionFile = { file: 'pubspec.yaml', kind: 'pubspec' }
const JSON_FILE: VersionFile = {
  file: 'assets/version.json',
  kind: 'json',
  set: { version: '{version}', build_number: '{build}', build_date: '{date}', git_commit: '{commit}' },
}
const PKGBUILD: VersionFile = { file: 'aur-package/PKGBUILD', kind: 'pkgbuild' }
const pattern = (text: string): VersionFile => ({ file: 'lib/app_config.dart', kind: 'pattern', pattern: text })
const DART = pattern("appVersion = '{version}'")

const OLD_JSON = `{
    "git_commit" : "abc" , "version":"3.1.2",
\t"build_number": "007",
  "other": {"version": "1.0.0"}, "build_date": null
}`
const NEW_JSON = `{
    "git_commit" : "c0ffee0" , "version":"3.1.3",
\t"build_number": "001",
  "other": {"version": "1.0.0"}, "build_date": "2026-11-23T14:00:00Z"
}`

const numbered = (build: string) => NEW_JSON.replace('"001"', build)

const CASES: readonly (readonly [string, VersionFile, string, string])[] = [
  ['pubspec', PUBSPEC, 'name: x\nversion: 3.1.2+009\n', 'name: x\nversion: 3.1.3+001\n'],
  ['pubspec with quotes and a comment', PUBSPEC, 'version:  "3.1.2" # why\n', 'version:  "3.1.3+001" # why\n'],
  [
    'pubspec with Windows line ends',
    PUBSPEC,
    "a: 1\r\nversion: '3.1.2'\r\nb: 2",
    "a: 1\r\nversion: '3.1.3+001'\r\nb: 2",
  ],
  [
    'pubspec whose dependencies have versions',
    PUBSPEC,
    'version: 3.1.2+1\ndeps:\n  a:\n    version: 9.9.9\n# version: 1.1.1\n',
    'version: 3.1.3+001\ndeps:\n  a:\n    version: 9.9.9\n# version: 1.1.1\n',
  ],
  ['JSON', JSON_FILE, OLD_JSON, NEW_JSON],
  [
    'JSON on one line',
    { ...JSON_FILE, set: { 'a.b': '{full}' } },
    '{"a":{"b":"1.0.0"}}\n',
    '{"a":{"b":"3.1.3+001"}}\n',
  ],
  [
    'JSON within a list',
    { ...JSON_FILE, set: { 'a.1.v': '{version}' } },
    '{"a":[{"v":0},{"v":"1.0.0"}]}',
    '{"a":[{"v":0},{"v":"3.1.3"}]}',
  ],
  ['a number in JSON', { ...JSON_FILE, set: { build: '{build}' } }, '{"build": 9}', '{"build": 1}'],
  ['PKGBUILD', PKGBUILD, "# x\npkgver='3.1.2'\npkgrel=4\n", "# x\npkgver='3.1.3'\npkgrel=4\n"],
  ['pattern', DART, "x appVersion = '3.1.2'; '3.1.2'", "x appVersion = '3.1.3'; '3.1.2'"],
  ['pattern with everything', pattern('v{full}!'), 'v3.1.2-beta.1+009!', 'v3.1.3+001!'],
  ['pattern at the edges', pattern('{version}'), '13.1.2.1 3.1.2', '13.1.2.1 3.1.3'],
  ['pattern of a build number', pattern('build: {build},'), 'build: 009,', 'build: 001,'],
]

describe('setting the version', () => {
  it.each(CASES)('of a %s changes nothing else', (_, file, before, after) => {
    expect(setVersion(file, before, VALUES)).toBe(after)
  })

  it.each(CASES)('of a %s twice is the same as once', (_, file, __, after) => {
    expect(setVersion(file, after, VALUES)).toBe(after)
  })

  it.each(CASES)('of a %s is read back', (_, file, __, after) => {
    const wanted = versionText(file, VALUES)
    expect(readVersion(file, after, wanted)).toMatchObject({ text: wanted })
  })

  it('sets pkgrel where it is known', () => {
    expect(setVersion(PKGBUILD, 'pkgver=3.1.3\npkgrel=1\n', { ...VALUES, pkgrel: '2' })).toBe(
      'pkgver=3.1.3\npkgrel=2\n',
    )
  })

  it.each([
    ['no version line', PUBSPEC, 'name: x\n', 'version.place-missing', 'version:'],
    ['an indented version line', PUBSPEC, '  version: 3.1.2\n', 'version.place-missing', 'version:'],
    ['two version lines', PUBSPEC, 'version: 1.0.0\nversion: 1.0.0\n', 'version.place-several', 'lines 1, 2'],
    ['no such key', JSON_FILE, '{"version":"1"}', 'version.place-missing', '"build_number"'],
    [
      'a key twice',
      { ...JSON_FILE, set: { a: '{version}' } },
      '{"a":"1",\n"a":"2"}',
      'version.place-several',
      'lines 1, 2',
    ],
    [
      'an object where the version goes',
      { ...JSON_FILE, set: { a: '{version}' } },
      '{"a":{}}',
      'version.place-missing',
      '"a"',
    ],
    ['broken JSON', JSON_FILE, '{\n"version": 3.1.2\n}', 'version.json-syntax', 'line 2'],
    ['no place for the pattern', DART, "appVersion = 'x'", 'version.place-missing', 'appVersion'],
    [
      'two places for the pattern',
      DART,
      "appVersion = '1.0.0'\nappVersion = '1.0.0'",
      'version.place-several',
      'lines 1, 2',
    ],
    ['a pattern without placeholder', pattern('appVersion'), 'appVersion', 'version.pattern-placeholder', 'appVersion'],
    ['a pattern with two', pattern('{version}{build}'), '1.0.0', 'version.pattern-placeholder', '{version}'],
    ['a computed pkgver', PKGBUILD, 'pkgver=$(x)\npkgrel=1', 'version.pkgbuild-assignment', 'pkgver'],
  ] as const)('is refused for %s, saying what was found', (_, file, text, code, words) => {
    expect(setVersion(file, text, VALUES)).toMatchObject({ code, what: expect.stringContaining(words) })
  })

  it('is refused for a build number that there is not', () => {
    expect(setVersion(JSON_FILE, OLD_JSON, { ...VALUES, release: releaseOf('3.1.3') })).toMatchObject({
      code: 'version.build-missing',
    })
  })
})

describe('reading the version', () => {
  it.each([
    [PUBSPEC, 'version: 3.1.2+009 # x\n', { text: '3.1.2+009', release: releaseOf('3.1.2', '009') }],
    [JSON_FILE, OLD_JSON, { text: '3.1.2+007', release: releaseOf('3.1.2', '007') }],
    [DART, "appVersion = '3.1.2'", { text: '3.1.2', release: releaseOf('3.1.2') }],
    [PKGBUILD, '_v=3.1.2\npkgver=$_v', { text: '3.1.2' }],
  ])('of %o', (file, text, read) => {
    expect(readVersion(file, text)).toEqual(read)
  })

  it.each([
    ['1', '3.1.3+001', '3.1.3+001'],
    ['1', '3.1.4+01', '3.1.3+01'],
    ['1', '3.1.3+010', '3.1.3+1'],
    ['1', '3.1.3', '3.1.3+1'],
    ['1', '', '3.1.3+1'],
    ['"1"', '3.1.3+001', '3.1.3+1'],
    ['"001"', '3.1.3+1', '3.1.3+001'],
  ])('of a build number written as %s that is compared with %s', (build, wanted, text) => {
    expect(readVersion(JSON_FILE, numbered(build), wanted)).toMatchObject({ text })
  })

  const LOCK = { version: '{version}', 'packages..version': '{version}' }
  const BOTH = { name: 'app {full}', version: '{version}' }
  it.each<[Record<string, string>, string, string]>([
    [LOCK, '{"version":"3.1.3","packages":{"":{"version":"3.1.3"}}}', '3.1.3'],
    [LOCK, '{"version":"3.1.2","packages":{"":{"version":"3.1.3"}}}', 'version 3.1.2, packages..version 3.1.3'],
    [LOCK, '{"version":"3.1.3","packages":{"":{"version":"next"}}}', 'version 3.1.3, packages..version next'],
    [BOTH, '{"name":"app 3.1.3+001","version":"3.1.3"}', '3.1.3+001'],
    [BOTH, '{"name":"app 3.1.3+001","version":"3.1.2"}', 'name app 3.1.3+001, version 3.1.2'],
    [BOTH, '{"name":"APP 3.1.3+001","version":"3.1.3"}', 'name APP 3.1.3+001, version 3.1.3'],
    [{ a: '{build}', b: 'r{build}' }, '{"a":1,"b":"r001"}', '001'],
    [{ a: '{build}', b: 'r{build}' }, '{"a":2,"b":"r001"}', 'a 2, b r001'],
    [{ a: '{full}', b: '{version} of {date}, {commit}' }, '{"a":"3.1.3+001","b":"3.1.3 of old, c0"}', '3.1.3+001'],
    [{ a: '{full}', b: '{version} of {date}' }, '{"a":"3.1.3+001","b":"3.1.2 of old"}', 'a 3.1.3+001, b 3.1.2 of old'],
    [{ a: '{full}', b: '{date}', c: '{commit}' }, '{"a":"3.1.3+001","b":null,"c":3}', '3.1.3+001'],
  ])('of %o in %s', (set, text, said) => {
    const file: VersionFile = { ...JSON_FILE, set }
    expect(readVersion(file, text, versionText(file, VALUES))).toMatchObject({ text: said })
  })

  it.each([
    [PUBSPEC, 'version: 3.1.3+\n'],
    [PUBSPEC, 'version: ""\n'],
    [PKGBUILD, 'pkgver=$(x)'],
    [JSON_FILE, NEW_JSON.replace('3.1.3', 'next')],
  ])('says what is there instead: %o', (file, text) => {
    expect(readVersion(file, text)).toMatchObject({ code: 'version.unreadable' })
  })

  it('finds carriage returns by line', () => {
    expect(findCarriageReturns('a\nb\r\nc\r\n')).toEqual([2, 3])
    expect(findCarriageReturns('a\n')).toEqual([])
  })
})

describe('the search for the old version', () => {
  const versions = { old: releaseOf('3.1.3', '001'), next: releaseOf('3.1.4', '001') }
  const search = (path: string, text: string, allow: readonly string[] = [], asked = versions) =>
    searchOldVersion([{ path, text }], asked, allow).map(({ line }) => line)

  it('finds it as a whole only', () => {
    const text = 'v3.1.3\n13.1.3\n3.1.31\n3.1.3.1\n0.3.1.3\nx-3.1.3-1.tgz 3.1.3+001\n3.1.3.'
    expect(search('README.md', text)).toEqual([1, 6, 7])
  })

  it('looks for the full version when only the build number went up', () => {
    const builds = { old: releaseOf('3.1.3', '001'), next: releaseOf('3.1.3', '002') }
    expect(search('a', '3.1.3\n3.1.3+001\n3.1.3+0011', [], builds)).toEqual([2])
    expect(search('a', '3.1.3', [], { old: versions.old, next: versions.old })).toEqual([])
  })

  it.each([
    'CHANGELOG.md',
    'docs/a/b.md',
    'pubspec.lock',
    'web/package-lock.json',
    'aur-package/PKGBUILD',
    'aur-package/.SRCINFO',
  ])('passes over %s', (path) => {
    expect(search(path, '3.1.3', ['CHANGELOG.md', 'docs/**'])).toEqual([])
  })

  it('shows the line without what cannot be seen, and stops at 200 hits', () => {
    const files = [{ path: 'a', text: `\u202e 3.1.3 ${'x'.repeat(500)}\n${'3.1.3\n'.repeat(1000)}` }]
    const hits = searchOldVersion(files, versions, [])
    expect(hits).toHaveLength(200)
    expect(hits[0]?.text).toMatch(/^\\u202e 3\.1\.3 x{150,200}$/)
  })
})

describe('a glob', () => {
  it.each([
    ['docs/**', 'docs/a/b.md', true],
    ['docs/*', 'docs/a/b.md', false],
    ['**/x.md', 'x.md', true],
    ['*.md', 'docs/x.md', true],
    ['a/*.md', 'a/xmd', false],
    ['{a,b}/?.c', 'b/x.c', true],
    ['a+b(c)', 'a+b(c)', true],
    ['{a', '{a', true],
    ['docs', 'docs/a', false],
  ])('%s and %s: %o', (glob, path, fits) => {
    expect(matchesGlob(path, [glob])).toBe(fits)
  })
})
