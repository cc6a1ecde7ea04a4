/** A .SRCINFO is read and compared with its PKGBUILD. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePkgbuild } from '../../src/release/pkgbuild.ts'
import { isProblem } from '../../src/release/problems.ts'
import { compareSrcinfo, parseSrcinfo, srcinfoVersion } from '../../src/release/srcinfo.ts'

const PKGBUILD = `# Maintainer: Ana
pkgname=cloudtolocalllm
pkgver=3.1.3
pkgrel=2
pkgdesc="Chat   with \\"models\\""
arch=(x86_64 aarch64)
url="https://example.org"
license=('MIT')
depends=('gtk3' "glibc>=2.31")
depends_x86_64=(libx)
install=\${pkgname}.install
source=("$pkgname-$pkgver.tgz::https://files.example/v$pkgver/a.tar.gz"
        cloudtolocalllm.desktop)
sha256sums=('${'b'.repeat(64)}'
            'SKIP')
package() {
  install -D a "$pkgdir/a"
}
`
const SRCINFO = `pkgbase = cloudtolocalllm
\tpkgdesc = Chat with "models"
\tpkgver = 3.1.3
\tpkgrel = 2
\turl = https://example.org
\tinstall = cloudtolocalllm.install
\tarch = x86_64
\tarch = aarch64
\tlicense = MIT
\tdepends = gtk3
\tdepends = glibc>=2.31
\tsource = cloudtolocalllm-3.1.3.tgz::https://files.example/v3.1.3/a.tar.gz
\tsource = cloudtolocalllm.desktop
\tsha256sums = ${'b'.repeat(64)}
\tsha256sums = SKIP
\tdepends_x86_64 = libx

pkgname = cloudtolocalllm
`

const compared = (srcinfo: string, pkgbuild: string) => {
  const [said, wanted] = [parseSrcinfo(srcinfo), parsePkgbuild(pkgbuild)]
  if (isProblem(said) || isProblem(wanted)) throw new Error('does not parse')
  return compareSrcinfo(said, wanted)
}

describe('a .SRCINFO', () => {
  it('of its PKGBUILD has no differences', () => {
    expect(compared(SRCINFO, PKGBUILD)).toEqual({ differences: [], unread: [] })
  })

  it.each([
    ['version', SRCINFO.replaceAll('3.1.3', '3.0.3'), ['pkgver', 'source']],
    ['pkgrel', SRCINFO.replace('pkgrel = 2', 'pkgrel = 1'), ['pkgrel']],
    ['name', SRCINFO.replaceAll('= cloudtolocalllm\n', '= other\n'), ['pkgbase', 'pkgname']],
    ['sums in another order', SRCINFO.replace(/(\tsha256sums = b+\n)(\tsha256sums = SKIP\n)/, '$2$1'), ['sha256sums']],
    ['key less', SRCINFO.replace('\tdepends_x86_64 = libx\n', ''), ['depends_x86_64']],
    ['key more', SRCINFO.replace('\tpkgrel', '\tepoch = 1\n\tpkgrel'), ['epoch']],
  ])('with another %s differs there', (_, srcinfo, keys) => {
    expect(compared(srcinfo, PKGBUILD).differences.map(({ key }) => key)).toEqual(keys)
  })

  it('is not taken for equal where only bash could tell', () => {
    expect(compared(SRCINFO, PKGBUILD.replace('pkgrel=2', 'pkgrel=$(echo 2)')).unread).toEqual(['pkgrel'])
  })

  it('gives the version as pacman writes it', () => {
    const version = (text: string) => {
      const read = parseSrcinfo(text)
      return isProblem(read) ? read.code : srcinfoVersion(read)
    }
    expect(version(SRCINFO)).toBe('3.1.3-2')
    expect(version(SRCINFO.replace('\tpkgrel', '\tepoch = 1\n\tpkgrel'))).toBe('1:3.1.3-2')
  })

  it.each([
    ['', 'line 1 is the end'],
    ['pkgbase = a\n', 'without a pkgname'],
    ['pkgver = 1\npkgbase = a\n', 'line 1 is "pkgver = 1"'],
    ['pkgbase = a\nnonsense\n', 'line 2 is "nonsense"'],
    ['pkgbase = a\npkgname = a\npkgbase = b\n', 'line 3'],
  ])('like %j is refused with its line', (text, what) => {
    const read = parseSrcinfo(text)
    expect(isProblem(read) && read.what).toContain(what)
  })

  const runs = spawnSync('makepkg', ['--version']).status === 0
  it.skipIf(!runs)('that makepkg prints equals its PKGBUILD (needs makepkg)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'srcinfo-'))
    writeFileSync(join(folder, 'PKGBUILD'), PKGBUILD)
    writeFileSync(join(folder, 'cloudtolocalllm.install'), '')
    const isRoot = process.getuid?.() === 0
    const [program = '', ...args] = [...(isRoot ? ['runuser', '-u', 'nobody', '--'] : []), 'makepkg', '--printsrcinfo']
    if (isRoot) chmodSync(folder, 0o777)
    const { stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(compared(stdout, PKGBUILD)).toEqual({ differences: [], unread: [] })
  })
})
