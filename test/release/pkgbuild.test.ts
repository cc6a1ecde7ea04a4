/** A PKGBUILD is read, checked and edited without running it. */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { editPkgbuild } from '../../src/release/pkgbuild/edit.ts'
import { lintPkgbuild } from '../../src/release/pkgbuild/lint.ts'
import type { PkgbuildValues } from '../../src/release/pkgbuild/values.ts'
import { arraysOf, entries, isLocal, type Pkgbuild, parsePkgbuild, valueIn } from '../../src/release/pkgbuild.ts'
import { isProblem } from '../../src/release/problems.ts'

const OLD_SUM = 'a'.repeat(64)
const NEW_SUM = 'b'.repeat(64)
const TEMPLATE = 'https://files.example/v{full}/cloudtolocalllm-{version}-{build}-x86_64.tar.gz'
const NEW_URL = 'https://files.example/v3.1.3+001/cloudtolocalllm-3.1.3-001-x86_64.tar.gz'
const RELEASE: PkgbuildValues = {
  pkgver: '3.1.3',
  pkgrel: '1',
  package: { template: TEMPLATE, url: NEW_URL, sha256: NEW_SUM },
}

const SOURCE = `"https://files.example/v\${pkgver}+001/$pkgname-\${pkgver}-001-x86_64.tar.gz"`
const pkgbuild = (source = SOURCE, more = '') => `# Maintainer: Ana <ana@example.org>
pkgname=cloudtolocalllm
pkgver=3.1.2
pkgrel=4   # raised for a rebuild
arch=('x86_64')
depends=('gtk3>=3.24' "glibc>=2.31" ) # 3.1.2 of nothing
install=cloudtolocalllm.install
source=(
  # our own package; "quotes' in here mean nothing
  ${source}
  cloudtolocalllm.desktop
)
sha256sums=('${OLD_SUM}'
            'SKIP')   # the desktop file
${more}
package() {
  cat > "$pkgdir/x" <<'END'
} not the end: "
END
  case $CARCH in x86_64) echo "}" ;; esac
  if [[ -d a ]]; then install -Dm644 a "$pkgdir/${'$'}{pkgname}"; fi
}
`

const parsed = (text: string): Pkgbuild => {
  const read = parsePkgbuild(text)
  if (isProblem(read)) throw new Error(read.what)
  return read
}
const edited = (text: string, values = RELEASE) => {
  const done = editPkgbuild(text, values)
  if (isProblem(done)) throw new Error(`${done.what} ${done.details.join(' ')}`)
  return done
}
const changedLines = (before: string, after: string) => {
  const old = before.split('\n')
  return after.split('\n').filter((line, index) => line !== old[index])
}

describe('reading a PKGBUILD', () => {
  it('finds values and entries over lines, comments and quotes, with variables filled in', () => {
    const read = parsed(pkgbuild())
    expect(['pkgname', 'pkgver', 'pkgrel', 'install', 'missing'].map((name) => valueIn(read, name))).toEqual([
      'cloudtolocalllm',
      '3.1.2',
      '4',
      'cloudtolocalllm.install',
      undefined,
    ])
    expect(entries(read, 'depends').map(({ text }) => text)).toEqual(['gtk3>=3.24', 'glibc>=2.31'])
    const sources = entries(read, 'source')
    expect(sources[0]?.url).toBe('https://files.example/v3.1.2+001/cloudtolocalllm-3.1.2-001-x86_64.tar.gz')
    expect(sources.map(isLocal)).toEqual([false, true])
    expect(read.functions.map(({ name }) => name)).toEqual(['package'])
  })

  it.each([
    [`a=1\nb="$a-\${a}"\nx=$b.2`, '1-1.2'],
    ['x=a"b"\'c\'\\ d', 'abc d'],
    ['x="a\\$b\\"c"', 'a$b"c'],
    ['a=(1 2)\nx=$a', '1'],
    ['a=1\na+=2\nx=$a', '12'],
    ['x=$a\na=1', undefined],
    ['x=$(date)', undefined],
    ['x=`date`', undefined],
    [`a=1.0\nx=\${a//./_}`, undefined],
    ['if true; then a=1; else a=2; fi\nx=$a', undefined],
    ['f() { x=1; }\nx=2', '2'],
    ['x=1 y=2', '1'],
    ['x=', ''],
    ['a[0]=1\nx=$a', undefined],
    ['x="a$"', 'a$'],
    ['x=a\\\nb', 'ab'],
  ])('reads %j as bash does, or not at all', (text, value) => {
    expect(valueIn(parsed(text), 'x')).toBe(value)
  })

  it('knows the name before a source, later additions, and arrays of one architecture', () => {
    const read = parsed(
      "source=('a.tgz::https://x/a')\nsource+=(b 'git+https://x/c')\nsource_x86_64=(d)\nsourceless=(e)",
    )
    expect(entries(read, 'source').map(({ name, url }) => [name, url])).toEqual([
      ['a.tgz', 'https://x/a'],
      [undefined, 'b'],
      [undefined, 'git+https://x/c'],
    ])
    expect(arraysOf(read, 'source')).toEqual(['source', 'source_x86_64'])
  })

  it.each([
    ['a=(1\nb=2', '( on line 1 is never closed'],
    ['a=1\nb="x', '" on line 2 is never closed'],
    ["\nb='x", "' on line 2 is never closed"],
    ['package() {\n echo', '{ on line 1 is never closed'],
    ['x=$(date', '( on line 1 is never closed'],
    ['package() {\n}\n}', '} on line 3 closes nothing'],
    ['if true; then\n}\nfi', '} on line 2 closes nothing'],
    ['cat <<END\n', '<<END on line 1 is never closed'],
    [`x=${'"$('.repeat(5000)}`, 'never closed'],
    ["x=$'\\x61'", "written as $'...' on line 1"],
    ['a=1\r\nb=2\r\n', 'Windows line ends, on lines 1 to 2'],
    ['#'.repeat(300_000), '300000 characters'],
  ])('refuses %j.20s and says where', (text, what) => {
    const read = parsePkgbuild(text)
    expect(isProblem(read) && read.what).toContain(what)
  })

  it('does not let variables of variables grow without end', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `a${index + 1}="$a${index}$a${index}"`)
    expect(valueIn(parsed(['a0=xx', ...lines].join('\n')), 'a200')).toBeUndefined()
  })
})

describe('editing a PKGBUILD', () => {
  it('changes version, release and sum, and leaves an address that its variables already put right', () => {
    const { text, changes } = edited(pkgbuild())
    expect(changedLines(pkgbuild(), text)).toEqual([
      'pkgver=3.1.3',
      'pkgrel=1   # raised for a rebuild',
      `sha256sums=('${NEW_SUM}'`,
    ])
    expect(changes).toContainEqual({ name: 'pkgrel', line: 4, from: '4', to: '1' })
  })

  it.each([
    [
      'a literal address',
      `'https://files.example/v3.1.2+001/cloudtolocalllm-3.1.2-001-x86_64.tar.gz'`,
      `  '${NEW_URL}'`,
    ],
    ['the address of a version long gone', `"${NEW_URL.replaceAll('3.1.3', '3.0.3')}"`, `  "${NEW_URL}"`],
    ['another build number beside variables', SOURCE.replaceAll('001', '017'), `  ${SOURCE}`],
    [
      'a name before the address',
      `$pkgname-$pkgver.tgz::https://files.example/v3.1.2+009/cloudtolocalllm-3.1.2-009-x86_64.tar.gz`,
      `  $pkgname-$pkgver.tgz::${NEW_URL}`,
    ],
    [
      'an address that has to be written out whole',
      `"$pkgname.tgz::https://files.example/v$pkgver+00$pkgrel/$pkgname-\${pkgver}-00$pkgrel-x86_64.tar.gz"`.replaceAll(
        '$pkgrel',
        '4',
      ),
      `  "$pkgname.tgz::https://files.example/v$pkgver+001/$pkgname-\${pkgver}-001-x86_64.tar.gz"`,
    ],
  ])('gives %s the new one', (_, source, line) => {
    const { text } = edited(pkgbuild(source))
    expect(changedLines(pkgbuild(source), text)).toContain(line)
    expect(entries(parsed(text), 'source')[0]?.url).toBe(NEW_URL)
  })

  it('writes the address out where variables cannot give it, keeping the name before it', () => {
    const source = `"$pkgname.tgz::https://files.example/v$pkgver+00$pkgrel/$pkgname-\${pkgver}-00$pkgrel-x86_64.tar.gz"`
    const { text } = edited(pkgbuild(source), { ...RELEASE, pkgrel: '2' })
    expect(text).toContain(`  "$pkgname.tgz::${NEW_URL}"\n`)
  })

  it('changes the variables that version and address are made of', () => {
    const before = pkgbuild(SOURCE.replaceAll('001', '$_build')).replace(
      'pkgver=3.1.2',
      '_ver="3.1.2"\n_build=009\npkgver=$_ver',
    )
    const { text } = edited(before)
    expect(changedLines(before, text)).toEqual([
      '_ver="3.1.3"',
      '_build=001',
      'pkgrel=1   # raised for a rebuild',
      `sha256sums=('${NEW_SUM}'`,
    ])
  })

  it('pairs address and sum within the array of an architecture', () => {
    const before = `pkgver=3.1.2\npkgrel=1\npkgname=cloudtolocalllm\nsource=(a)\nsha256sums=(SKIP)\nsource_x86_64=(${SOURCE})\nsha256sums_x86_64=(${OLD_SUM})\n`
    expect(changedLines(before, edited(before).text)).toEqual(['pkgver=3.1.3', `sha256sums_x86_64=(${NEW_SUM})`])
  })

  it('changes nothing the second time', () => {
    const once = edited(pkgbuild()).text
    expect(edited(once)).toEqual({ text: once, changes: [] })
  })

  it('sets pkgver and pkgrel alone for a product without a package', () => {
    const { text } = edited(pkgbuild(), { pkgver: '3.1.3', pkgrel: '1' })
    expect(changedLines(pkgbuild(), text)).toEqual(['pkgver=3.1.3', 'pkgrel=1   # raised for a rebuild'])
  })

  const sums = `sha256sums=('${OLD_SUM}'`
  it.each([
    ['no source is ours', pkgbuild('https://elsewhere.example/x.tar.gz'), 'version.pkgbuild-no-entry'],
    ['two sources are ours', pkgbuild(`${SOURCE} ${SOURCE}`), 'version.pkgbuild-several-entries'],
    ['there are more sources than sums', pkgbuild(`${SOURCE} more.txt`), 'version.pkgbuild-count'],
    ['only md5 sums are there', pkgbuild().replace('sha256sums', 'md5sums'), 'version.pkgbuild-sums'],
    ['other sums would go stale', pkgbuild(SOURCE, 'b2sums=(1 2)'), 'version.pkgbuild-sums'],
    ['our sum is SKIP', pkgbuild().replace(sums, "sha256sums=('SKIP'"), 'version.pkgbuild-skip'],
    ['an entry stands for several', pkgbuild(`${SOURCE} a{,.sig}`), 'version.pkgbuild-expansion'],
    ['the sum is computed', pkgbuild().replace(sums, 'sha256sums=("$(x)"'), 'version.pkgbuild-assignment'],
    ['pkgver is computed', pkgbuild().replace('=3.1.2', '=$(cat version)'), 'version.pkgbuild-assignment'],
    ['pkgver is set twice', pkgbuild(SOURCE, 'pkgver=3.1.2'), 'version.pkgbuild-assignment'],
    ['pkgver is missing', pkgbuild().replace('pkgver=3.1.2', ''), 'version.pkgbuild-assignment'],
    ['pkgver is a function', pkgbuild(SOURCE, 'pkgver() {\n  git describe\n}'), 'version.pkgbuild-function'],
  ])('refuses when %s', (_, text, code) => {
    expect(editPkgbuild(text, RELEASE)).toMatchObject({ code })
  })
})

describe('checking a PKGBUILD', () => {
  const options = { packageName: 'cloudtolocalllm', edit: RELEASE }

  it('finds nothing in a good one, and lists the files it needs', () => {
    expect(lintPkgbuild(pkgbuild(), options)).toEqual({
      problems: [],
      pkgver: '3.1.2',
      pkgrel: '4',
      files: ['cloudtolocalllm.desktop', 'cloudtolocalllm.install'],
      rewritten: [],
      elsewhere: [],
    })
  })

  it('tells a source of another version, which the release rewrites, from other places, which it does not', () => {
    const source = `"${NEW_URL.replaceAll('3.1.3', '3.0.3')}"`
    const prepare = 'prepare() {\n  cd "$srcdir/cloudtolocalllm-3.0.3" # cloudtolocalllm-3.0.2\n}'
    const { problems, rewritten, elsewhere } = lintPkgbuild(pkgbuild(source, prepare), options)
    expect(rewritten.map(({ line, version }) => [line, version])).toEqual([[10, '3.0.3']])
    expect(elsewhere.map(({ line, version }) => [line, version])).toEqual([[16, '3.0.3']])
    expect(problems).toMatchObject([
      {
        code: 'version.pkgbuild-other-version',
        details: ['16: cd "$srcdir/cloudtolocalllm-3.0.3" # cloudtolocalllm-3.0.2'],
      },
    ])
  })

  it.each([
    ['"$pkgname-3.1.2"', '3.1.2'],
    [`\${pkgname}-3.0.0`, '3.0.0'],
    ['install app_3.1.2.bin', '3.1.2'],
    ['v3.1.2.tar.gz', '3.1.2'],
  ])('finds the version that %s would go on naming', (line, version) => {
    const { elsewhere } = lintPkgbuild(pkgbuild(SOURCE, `prepare() {\n  echo ${line}\n}`), options)
    expect(elsewhere).toMatchObject([{ version }])
  })

  it.each(['13.1.2', '3.1.21', '3.1.2.1', 'cloudtolocalllm-3.1.3', 'othercloudtolocalllm-1.0.0'])(
    'does not mind %s',
    (line) => {
      expect(lintPkgbuild(pkgbuild(SOURCE, `prepare() {\n  echo ${line}\n}`), options).elsewhere).toEqual([])
    },
  )

  it('says what the edit will refuse, before the release', () => {
    const { problems } = lintPkgbuild(pkgbuild('https://elsewhere.example/x.tar.gz'), options)
    expect(problems.map(({ code }) => code)).toEqual(['version.pkgbuild-no-entry'])
    expect(lintPkgbuild('a=(', options).problems).toHaveLength(1)
  })
})

describe('the name of the package', () => {
  it.each([
    ['pkgname=cloudtolocalllm', true],
    ['pkgname=(cloudtolocalllm cloudtolocalllm-cli)', true],
    ['_n=cloudtolocalllm\npkgbase=$_n\npkgname=("$_n-cli" $_n)', true],
    ['pkgname=$(name)', true],
    ['pkgname=cloudtolocalllm-bin', false],
    ['pkgname=(cloudtolocalllm-cli cloudtolocalllm)', false],
    ['pkgbase=cloudtolocalllm\npkgname=(cloudtolocalllm-cli cloudtolocalllm-gui)', false],
    ['pkgbase=other\npkgname=cloudtolocalllm', false],
    ['pkgbase=other\npkgname=$(name)', false],
    ['pkgbase=$(name)\npkgname=other', false],
    ['pkgname=()', false],
    ['', false],
  ])('%j is that of aur.package: %s', (names, fits) => {
    const text = pkgbuild(NEW_URL).replace('pkgname=cloudtolocalllm', names)
    const codes = lintPkgbuild(text, { packageName: 'cloudtolocalllm', edit: RELEASE }).problems.map(({ code }) => code)
    expect(codes).toEqual(fits ? [] : ['version.pkgbuild-name'])
  })
})

describe('another source', () => {
  const lint = (more: string, edit = RELEASE) =>
    lintPkgbuild(pkgbuild(SOURCE, more), { packageName: 'cloudtolocalllm', edit }).problems
  const arm = (source: string, sum: string) => `source_aarch64=("${source}")\nsha256sums_aarch64=('${sum}')`
  const FOLLOWS = 'https://files.example/$pkgname-$pkgver-aarch64.tar.gz'

  it.each([
    ['of another architecture', arm(FOLLOWS, OLD_SUM)],
    ['with a name before it', arm(`arm.tgz::${FOLLOWS}`, OLD_SUM)],
    ['through a variable', `_v=$pkgver\n_file=a-$_v.tgz\n${arm('https://files.example/$_file', OLD_SUM)}`],
    ['in a way that only bash could expand', arm('https://files.example/$' + '{pkgver%.*}/a.tgz', OLD_SUM)],
    ['and has no sum', `source_aarch64=("${FOLLOWS}")`],
    ['and one of its sums is not SKIP', `${arm(FOLLOWS, 'SKIP')}\nb2sums_aarch64=(abc)`],
  ])('that follows the version %s is refused: its sum would be that of the version before', (_, more) => {
    expect(lint(more)).toMatchObject([
      { code: 'version.pkgbuild-other-source', details: [expect.stringContaining(': "')] },
    ])
  })

  it.each([
    ['whose sum is SKIP', arm(`git+https://x.example/a.git#tag=v$pkgver`, 'SKIP')],
    ['whose address stays', arm('https://files.example/$pkgname.tgz', OLD_SUM)],
    ['that makepkg tries with the package', `source+=("${FOLLOWS}")\nsha256sums+=('${OLD_SUM}')`],
    ['that is only kept under the version', arm('$pkgname-$pkgver-LICENSE::https://files.example/LICENSE', OLD_SUM)],
  ])('%s is not', (_, more) => {
    expect(lint(more)).toEqual([])
  })

  it('that follows the build number of the package, or what pkgver is made of, is refused too', () => {
    const text = (more: string) =>
      pkgbuild(SOURCE.replaceAll('001', '$_build'), more).replace('pkgver=3.1.2', '_v=3.1.2\n_build=009\npkgver=$_v')
    for (const name of ['_v', '_build'])
      expect(
        lintPkgbuild(text(arm(`https://x.example/$${name}.tgz`, OLD_SUM)), {
          packageName: 'cloudtolocalllm',
          edit: RELEASE,
        }).problems,
        name,
      ).toMatchObject([{ code: 'version.pkgbuild-other-source' }])
  })

  it('is refused of a product without a package as well', () => {
    expect(lint(arm(FOLLOWS, OLD_SUM), { pkgver: '3.1.3', pkgrel: '1' })).toMatchObject([
      { code: 'version.pkgbuild-other-source' },
    ])
  })
})

describe('what bash says', () => {
  it.skipIf(spawnSync('bash', ['-c', ':']).status !== 0)('of the values is what is read (needs bash)', () => {
    const text = edited(pkgbuild(SOURCE, `_a='x y'\n_b="$_a"\\ z\n_c=(1 "2 3" $'4')`.replace(" $'4'", ''))).text
    const script = `${text}\nprintf '%s\\n' "$pkgver" "$_b" "\${source[@]}" "\${sha256sums[@]}" "\${_c[@]}"`
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    const read = parsed(text)
    const lists = ['source', 'sha256sums', '_c'].flatMap((name) => entries(read, name).map((entry) => entry.text))
    expect([valueIn(read, 'pkgver'), valueIn(read, '_b'), ...lists]).toEqual(stdout.trimEnd().split('\n'))
  })
})
