import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addCommits, type Changes, headOf } from '../../sandbox/git.ts'
import { PEOPLE } from '../../sandbox/product.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { git as slipwayGit } from '../../src/argv/git.ts'
import { type Attempt, attempt, newFolder } from './attempt.ts'

let folder: string
let world: World
let clone: string
let count = 0
let srcinfo: string

beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world') })
  srcinfo = (await attempt(['git', '-C', world.aur.folder, 'show', 'master:.SRCINFO'])).stdout
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  clone = join(folder, `clone-${count++}`)
  await attempt(['git', 'clone', '--quiet', '--bare', world.aur.gitUrl, clone])
})

/** Pushes exactly as Slipway does, hardening and all. */
async function push(args: readonly string[] = ['master']): Promise<Attempt> {
  const { argv, env } = slipwayGit(clone, ['push', world.aur.gitUrl, ...args])
  return attempt(argv, { env: { ...env, PATH: process.env.PATH ?? '' } })
}

async function commit(...changes: readonly Changes[]): Promise<void> {
  const at = 1_790_000_000 + count
  await addCommits(
    clone,
    changes.map((files) => ({ author: PEOPLE.mira, at, message: 'Update', files })),
  )
}

const info = (from: string | RegExp, to: string): Changes => ({ '.SRCINFO': srcinfo.replace(from, to) })

const REFUSED: readonly [what: string, changes: () => readonly Changes[], text: string][] = [
  ['without a PKGBUILD', () => [{ PKGBUILD: null }], 'missing PKGBUILD'],
  [
    'with a commit in between that has no PKGBUILD',
    () => [{ PKGBUILD: null }, { PKGBUILD: 'pkgname=harbour\n' }],
    'missing PKGBUILD',
  ],
  ['without a .SRCINFO', () => [{ '.SRCINFO': null }], 'missing .SRCINFO'],
  ['whose .SRCINFO does not parse', () => [info('\tpkgver = ', '\tpkgver: ')], 'unable to parse line: pkgver: 3.1.2'],
  ['whose .SRCINFO has no pkgver', () => [info(/\tpkgver = .*\n/, '')], 'missing mandatory field: pkgver'],
  [
    'of another pkgbase',
    () => [info('pkgbase = harbour', 'pkgbase = pier')],
    'invalid pkgbase: pier, expected harbour',
  ],
  ['with a folder', () => [{ 'src/main.c': '' }], 'the repository must not contain subdirectories'],
  ['with a folder below LICENSES', () => [{ 'LICENSES/more/MIT': '' }], 'must not contain subdirectories'],
  ['with something else in keys', () => [{ 'keys/secret.txt': '' }], 'keys/ may only contain pgp/*.asc'],
  ['with a file over 256000 bytes', () => [{ 'big.patch': 'x'.repeat(256_001) }], 'maximum blob size (250.00KiB)'],
  [
    'with a large file that a later commit removes',
    () => [{ 'big.patch': 'x'.repeat(256_001) }, { 'big.patch': null }],
    'maximum blob size (250.00KiB)',
  ],
  ['without its install file', () => [{ 'harbour.install': null }], 'missing install file: harbour.install'],
  ['without its changelog', () => [info('\tarch', '\tchangelog = NEWS\n\tarch')], 'missing changelog file: NEWS'],
  ['without a local source', () => [{ 'harbour.desktop': null }], 'missing source file: harbour.desktop'],
  [
    'with a package name that is too long',
    () => [info(/pkgname = .*/, `pkgname = ${'h'.repeat(256)}`)],
    'pkgname field',
  ],
  [
    'with a description that is too long',
    () => [info(/pkgdesc = .*/, `pkgdesc = ${'h'.repeat(256)}`)],
    'pkgdesc field',
  ],
  ['with an epoch that is no number', () => [info('\tpkgrel', '\tepoch = one\n\tpkgrel')], 'invalid epoch: one'],
]

test.each(REFUSED)('the AUR refuses a push %s', async (_what, changes, text) => {
  const before = await headOf(world.aur.folder)
  await commit(...changes())
  const { code, stderr } = await push()
  expect(stderr).toMatch(/^remote: error: /m)
  expect(stderr).toContain(text)
  expect(code).toBe(1)
  expect(await headOf(world.aur.folder)).toBe(before)
})

test('the AUR refuses every branch but master, and tags', async () => {
  for (const reference of ['master:refs/heads/main', 'master:refs/tags/v1']) {
    const { code, stderr } = await push([reference])
    expect(stderr).toContain('remote: error: pushing to a branch other than master is restricted')
    expect(code).toBe(1)
  }
})

test('the AUR refuses a forced push that drops a commit, and the deletion of master', async () => {
  await world.commitToAur({ 'harbour.install': 'post_install() { :; }\n' }, 'A colleague was here')
  await commit({ 'harbour.install': 'post_upgrade() { :; }\n' })
  expect((await push(['+master'])).stderr).toContain('remote: error: denying non-fast-forward (you should pull first)')
  expect((await push([':master'])).stderr).toContain('remote: error: refusing to delete the current branch')
})

test('the AUR refuses everything while it is being maintained', async () => {
  await commit(info('pkgrel = 1', 'pkgrel = 5'))
  await world.aurMaintenance(true)
  const during = await push()
  await world.aurMaintenance(false)
  expect(during.stderr).toContain('remote: error: The AUR is down due to maintenance.')
  expect(during.code).toBe(1)
})

test('the AUR takes a good push, with keys and licences', async () => {
  await commit({ ...info('pkgrel = 1', 'pkgrel = 2'), 'keys/pgp/MIRA.asc': 'key\n', 'LICENSES/MIT.txt': 'MIT\n' })
  const { code, stderr } = await push()
  expect(code).toBe(0)
  expect(stderr).not.toContain('warning')
  expect(await headOf(world.aur.folder)).toBe(await headOf(clone))
})

test('the AUR takes a push with the same .SRCINFO, and warns that users get nothing', async () => {
  await commit({ 'harbour.install': 'post_install() { echo hello; }\n' })
  const { code, stderr } = await push()
  expect(code).toBe(0)
  expect(stderr).toContain('remote: warning: .SRCINFO unchanged. The package database will not be updated!')
})
