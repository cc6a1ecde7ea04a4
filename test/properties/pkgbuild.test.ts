/** Any PKGBUILD is read as bash reads it, or refused; an edit changes what it says and nothing else. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editPkgbuild } from '../../src/release/pkgbuild/edit.ts'
import { lintPkgbuild } from '../../src/release/pkgbuild/lint.ts'
import { entries, parsePkgbuild, valueIn } from '../../src/release/pkgbuild.ts'
import { isProblem } from '../../src/release/problems.ts'
import { applyEdits } from '../../src/release/text.ts'

const TEMPLATE = 'https://files.example/v{full}/app-{version}-{build}.tar.gz'
const RELEASE = {
  pkgver: '3.1.3',
  pkgrel: '1',
  package: {
    template: TEMPLATE,
    url: TEMPLATE.replace('{full}', '3.1.3+001').replace('{version}-{build}', '3.1.3-001'),
    sha256: 'b'.repeat(64),
  },
}
const OLD_SUM = 'a'.repeat(64)

const quoted = (text: string) => fc.constantFrom(`'${text}'`, `"${text}"`, text)
const gap = fc.constantFrom(' ', '\n  ', ' # a "comment\' (\n  ', '\n\n')
const ours = fc.constantFrom(
  'https://files.example/v3.1.2+001/app-3.1.2-001.tar.gz',
  'https://files.example/v3.0.9+017/app-3.0.9-017.tar.gz',
)
const variables = fc.constantFrom(
  '"https://files.example/v$pkgver+001/$pkgname-${pkgver}-001.tar.gz"',
  '"name-$pkgver::https://files.example/v${pkgver}+009/app-$pkgver-009.tar.gz"',
  '"https://files.example/v$pkgver+$_build/app-$pkgver-$_build.tar.gz"',
)
const source = fc.oneof(ours.chain(quoted), variables)
const others = fc.array(fc.constantFrom('a.desktop', '"b c.patch"', "'https://x.example/y-1.0.0.tgz'"), {
  maxLength: 3,
})

const pkgbuild = fc
  .record({ source, before: others, after: others, gap, tail: fc.constantFrom('', 'package() {\n  echo "}" # }\n}\n') })
  .map(({ source: own, before, after, gap: space, tail }) => {
    const sources = [...before, own, ...after].join(space)
    const sums = [...before.map(() => 'SKIP'), `'${OLD_SUM}'`, ...after.map(() => '"SKIP"')].join(space)
    return `pkgname=app\n_build=001\npkgver=3.1.2 # x\npkgrel=7\nsource=(${space}${sources}${space})\nsha256sums=(${sums})\n${tail}`
  })

describe('any PKGBUILD of ours', () => {
  it('gets version, address and sum, and the changes account for every byte', () => {
    fc.assert(
      fc.property(pkgbuild, (text) => {
        const edited = editPkgbuild(text, RELEASE)
        if (isProblem(edited)) throw new Error(edited.what)
        const read = parsePkgbuild(edited.text)
        if (isProblem(read)) throw new Error(read.what)
        const index = entries(read, 'source').findIndex(({ url }) => url === RELEASE.package.url)
        expect([valueIn(read, 'pkgver'), valueIn(read, 'pkgrel')]).toEqual(['3.1.3', '1'])
        expect(entries(read, 'sha256sums')[index]?.text).toBe(RELEASE.package.sha256)
        expect(undone(edited.text, edited.changes)).toBe(text)
        expect(editPkgbuild(edited.text, RELEASE)).toEqual({ text: edited.text, changes: [] })
      }),
      { numRuns: 200 },
    )
  })
})

/** The text with each change taken back where it stands. */
function undone(text: string, changes: readonly { line: number; from: string; to: string }[]): string {
  return [...changes].reverse().reduce((now, { line, from, to }) => {
    const start = now
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length
    const at = now.indexOf(to, start)
    return applyEdits(now, [{ start: at, end: at + to.length, text: from }])
  }, text)
}

const bash = fc.string({
  unit: fc.constantFrom(...'ab=()"\'$`\\{}#\n;<>& ', 'a=', 'f() {', '\n}', '<<E', 'if', 'fi'),
  maxLength: 40,
})

describe('any text', () => {
  it('is read or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(bash, fc.string({ unit: 'binary' })), (text) => {
        const read = parsePkgbuild(text)
        if (isProblem(read)) expect(read.what).toMatch(/\.$/)
        expect(lintPkgbuild(text, { packageName: 'a', edit: RELEASE }).problems.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  const word = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'a',
          'b.c',
          "'d e'",
          '"f g"',
          '"$x"',
          '${x}',
          '"${x}h"',
          '\\i',
          '"\\$j"',
          '"k\\l"',
          "'$m'",
          '#n',
          '""',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((pieces) => pieces.join('').replace(/^#/, 'o#'))

  it.skipIf(spawnSync('bash', ['-c', ':']).status !== 0)('of plain words means what bash says (needs bash)', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const text = `x=y\nz=${words[0]}\narray=(${words.join('\n')})\n`
        const script = `${text}printf '%s\\0' "$z" "\${array[@]}"`
        const said = spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1)
        const read = parsePkgbuild(text)
        if (isProblem(read)) throw new Error(read.what)
        expect([valueIn(read, 'z'), ...entries(read, 'array').map((entry) => entry.text)]).toEqual(said)
      }),
      { numRuns: 50 },
    )
  })
})
