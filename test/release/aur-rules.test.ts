/** What the AUR would refuse is found before the push. */
import { describe, expect, it } from 'vitest'
import { type AurTree, checkAurTree } from '../../src/release/aur-rules.ts'

const PKGBUILD = `pkgname=app\npkgver=3.1.3\npkgrel=1\npkgdesc='An app'\ninstall=app.install\nsource=(app.desktop https://x/a.tgz)\nsha256sums=(SKIP ${'a'.repeat(64)})\n`
const SRCINFO = `pkgbase = app\n\tpkgdesc = An app\n\tpkgver = 3.1.3\n\tpkgrel = 1\n\tinstall = app.install\n\tsource = app.desktop\n\tsource = https://x/a.tgz\n\tsha256sums = SKIP\n\tsha256sums = ${'a'.repeat(64)}\n\npkgname = app\n`
const file = (path: string, bytes = 100) => ({ path, bytes, kind: 'file' as const })
const GOOD: AurTree = {
  packageName: 'app',
  files: ['PKGBUILD', '.SRCINFO', 'app.install', 'app.desktop', 'LICENSES/MIT', 'keys/pgp/A.asc'].map((path) =>
    file(path),
  ),
  pkgbuildText: PKGBUILD,
  srcinfoText: SRCINFO,
  headSrcinfoText: SRCINFO.replaceAll('3.1.3', '3.1.2'),
}
const without = (path: string) => ({ files: GOOD.files.filter((one) => one.path !== path) })
const withFile = (path: string, bytes?: number) => ({ files: [...GOOD.files, file(path, bytes)] })

describe('a commit for the AUR', () => {
  it('that keeps the rules has no findings, also as the first of a package', () => {
    const { headSrcinfoText, ...first } = GOOD
    expect(checkAurTree(GOOD)).toEqual([])
    expect(checkAurTree(first)).toEqual([])
    expect(headSrcinfoText).toBeDefined()
  })

  it.each<[string, Partial<AurTree>, string, string]>([
    ['has no PKGBUILD', without('PKGBUILD'), 'aur.rule-missing', 'PKGBUILD'],
    ['has no .SRCINFO', without('.SRCINFO'), 'aur.rule-missing', '.SRCINFO'],
    ['has a folder', withFile('src/a.c'), 'aur.rule-folder', 'src/a.c'],
    ['has a key that is none', withFile('keys/pgp/a.txt'), 'aur.rule-folder', 'keys/pgp/a.txt'],
    ['has a folder among the licences', withFile('LICENSES/a/b'), 'aur.rule-folder', 'LICENSES/a/b'],
    ['has a big file', withFile('big', 256_001), 'aur.rule-size', '256001'],
    ['has the .SRCINFO of the AUR', { headSrcinfoText: SRCINFO }, 'aur.rule-unchanged', '.SRCINFO'],
    ['is of another package', { packageName: 'other' }, 'aur.rule-pkgbase', 'other'],
    ['lacks the install file', without('app.install'), 'aur.rule-companion', 'app.install'],
    ['lacks a local source', without('app.desktop'), 'aur.rule-companion', 'app.desktop'],
    ['has a stale .SRCINFO', { srcinfoText: SRCINFO.replace('3.1.3', '3.0.3') }, 'aur.rule-srcinfo', '3.0.3'],
    ['has a .SRCINFO that does not parse', { srcinfoText: 'x' }, 'aur.srcinfo-syntax', 'line 1'],
    ['has a PKGBUILD that does not parse', { pkgbuildText: 'x=(' }, 'version.pkgbuild-unclosed', 'line 1'],
    [
      'has a long description',
      {
        pkgbuildText: PKGBUILD.replace('An app', 'x'.repeat(256)),
        srcinfoText: SRCINFO.replace('An app', 'x'.repeat(256)),
      },
      'aur.rule-length',
      '256',
    ],
  ])('that %s is found out', (_, change, code, words) => {
    const findings = checkAurTree({ ...GOOD, ...change })
    expect(findings).toMatchObject([{ code, what: expect.stringContaining(words) }])
  })

  it('takes a file of exactly 256000 bytes', () => {
    expect(checkAurTree({ ...GOOD, ...withFile('big', 256_000) })).toEqual([])
  })

  it('that breaks several rules hears of all of them', () => {
    const tree = { ...GOOD, ...without('app.install'), packageName: 'other', headSrcinfoText: SRCINFO }
    expect(checkAurTree(tree)).toHaveLength(3)
  })
})
