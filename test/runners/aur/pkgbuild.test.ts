/** The PKGBUILD of a release, and the .SRCINFO and commit made from it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pkgbuild } from '../../../src/runners/aur/pkgbuild.ts'
import { srcinfo } from '../../../src/runners/aur/srcinfo.ts'
import { PKGBUILD } from '../product.ts'
import { personGit } from '../programs.ts'
import { codeOf, go, HAS_MAKEPKG, makeWorld, printed, pushByHand, type World } from './world.ts'

const textOf = ({ bench }: World, name = 'PKGBUILD') =>
  readFileSync(join(bench.folders.packageTest, 'source', name), 'utf8')

/** A .SRCINFO of an older release. */
const LIVE = (version: string, pkgrel: string) =>
  `pkgbase = harbour\n\tpkgver = ${version}\n\tpkgrel = ${pkgrel}\n\tarch = any\n\npkgname = harbour\n`

describe('the PKGBUILD', () => {
  test('that named the tarball of an older release gets the address and the sum of this one, over several lines', async () => {
    const world = await makeWorld()
    const sum = world.bench.deployment.steps['build.package']?.evidence.packageSha256
    expect(await go(world.bench, pkgbuild, 'aur.pkgbuild')).toMatchObject({
      ok: true,
      evidence: { pkgrel: '1', aurHead: '', packageVersion: '3.1.3-1' },
    })
    const wanted = PKGBUILD(world.address)
      .replace('pkgrel=7', 'pkgrel=1')
      .replace('harbour-3.0.3+001', 'harbour-3.1.3+001')
      .replace('0'.repeat(64), String(sum))
    expect(textOf(world)).toBe(wanted)
    expect(textOf(world, 'harbour.desktop')).toContain('Name=Harbour')
    expect(() => textOf(world, '.SRCINFO')).toThrow()
  })

  test.each([
    ['a new version', '3.1.2', '4', '1'],
    ['a new build of the version that is there', '3.1.3', '1', '2'],
  ])('gets the pkgrel of %s', async (_name, version, pkgrel, wanted) => {
    const world = await makeWorld()
    const head = pushByHand(world, { '.SRCINFO': LIVE(version, pkgrel), PKGBUILD: `pkgver=${version}\n` })
    expect(await go(world.bench, pkgbuild, 'aur.pkgbuild')).toMatchObject({
      evidence: { pkgrel: wanted, aurHead: head },
    })
  })

  test('gets a pkgrel above the one that was taken back, which some users have', async () => {
    const world = await makeWorld()
    pushByHand(world, { '.SRCINFO': LIVE('3.1.3', '4'), PKGBUILD: 'pkgver=3.1.3\n' })
    pushByHand(world, { '.SRCINFO': LIVE('3.1.2', '1'), PKGBUILD: 'pkgver=3.1.2\n' })
    expect(await go(world.bench, pkgbuild, 'aur.pkgbuild')).toMatchObject({ evidence: { packageVersion: '3.1.3-5' } })
  })

  test.each([
    ['added where it has none', '', '2', '2:3.1.3-1', '\nepoch=2\n', '5: epoch=2 is added'],
    ['raised where its own is lower', '\nepoch=1', '2', '2:3.1.3-1', '\nepoch=2\n', '5: epoch 1 to 2'],
    ['left as it is where its own is higher', '\nepoch=3', '2', '3:3.1.3-1', '\nepoch=3\n', undefined],
  ])('that a rollback raised has the epoch of the AUR %s', async (_name, own, live, wanted, line, change) => {
    const world = await makeWorld({ pkgbuild: (address) => PKGBUILD(address).replace('pkgrel=7', `pkgrel=7${own}`) })
    const srcinfo = LIVE('3.1.2', '7').replace('\tarch', `\tepoch = ${live}\n\tarch`)
    pushByHand(world, { '.SRCINFO': srcinfo, PKGBUILD: `pkgver=3.1.2\nepoch=${live}\n` })
    const outcome = await go(world.bench, pkgbuild, 'aur.pkgbuild')
    expect(outcome).toMatchObject({ ok: true, evidence: { packageVersion: wanted } })
    expect(textOf(world)).toContain(`pkgrel=1${line}`)
    const changes: unknown = outcome.ok && outcome.evidence.pkgbuildChanges
    if (change === undefined) expect(String(changes)).not.toContain('epoch')
    else expect(changes).toContain(change)
  })

  test('that users would take for an older one is refused', async () => {
    const world = await makeWorld()
    pushByHand(world, { '.SRCINFO': LIVE('3.2.0', '1'), PKGBUILD: 'pkgver=3.2.0\n' })
    expect(codeOf(await go(world.bench, pkgbuild, 'aur.pkgbuild'))).toBe('aur.version-lower')
  })

  test('that is not UTF-8 is not rewritten: every other byte has to stay', async () => {
    const world = await makeWorld({ pkgbuild: (address) => PKGBUILD(address).replace('Ana', '\u{fffd}na') })
    expect(codeOf(await go(world.bench, pkgbuild, 'aur.pkgbuild'))).toBe('preflight.version-file-encoding')
  })

  test('that the release commit lacks is told by its folder', async () => {
    const world = await makeWorld({ files: { 'aur/PKGBUILD': '' } })
    const { aur } = world.bench.project
    if (aur) Object.assign(aur, { directory: 'packaging' })
    const outcome = await go(world.bench, pkgbuild, 'aur.pkgbuild')
    expect(outcome).toMatchObject({ problem: { code: 'aur.no-source', what: expect.stringContaining('packaging/') } })
  })

  test('of an AUR that cannot be reached is not guessed', async () => {
    const world = await makeWorld()
    if (world.bench.project.aur) Object.assign(world.bench.project.aur, { url: '/nowhere/aur.git' })
    expect(codeOf(await go(world.bench, pkgbuild, 'aur.pkgbuild'))).toBe('aur.clone-failed')
  })

  test('is edited with exactly the commands that the dry run shows', async () => {
    const world = await makeWorld()
    pushByHand(world, { '.SRCINFO': LIVE('3.1.2', '4'), PKGBUILD: 'pkgver=3.1.2\n' })
    const { read, write, clone, head, live, earlier } = pkgbuild.describe(
      world.bench.context(pkgbuild, 'aur.pkgbuild', { dryRun: true }).facts,
    )
    await go(world.bench, pkgbuild, 'aur.pkgbuild')
    expect(world.bench.ran).toEqual(
      [read, write, clone, head, live, earlier].map((action) => action && 'argv' in action && action.argv),
    )
  })
})

describe('.SRCINFO and the commit', () => {
  async function toSrcinfo(world: World) {
    await go(world.bench, pkgbuild, 'aur.pkgbuild')
    return go(world.bench, srcinfo, 'aur.srcinfo')
  }

  test('replace everything that the AUR has, and drop what we no longer have', async () => {
    const world = await makeWorld({ makepkg: {} })
    const head = pushByHand(world, { '.SRCINFO': LIVE('3.1.2', '1'), PKGBUILD: 'pkgver=3.1.2\n', 'old.patch': 'old' })
    const outcome = await toSrcinfo(world)
    expect(outcome).toMatchObject({
      ok: true,
      evidence: { aurHead: head, aurDiff: expect.stringContaining('+pkgver=3.1.3') },
    })
    const commit = String(world.bench.deployment.steps['aur.srcinfo']?.evidence.aurCommit)
    const { aur } = world.bench.folders
    expect(personGit(aur, 'ls-tree', '-r', '--name-only', commit).split('\n')).toEqual([
      '.SRCINFO',
      'PKGBUILD',
      'harbour.desktop',
    ])
    expect(personGit(aur, 'rev-parse', `${commit}^`)).toBe(head)
    expect(personGit(aur, 'log', '-1', '--format=%B', commit)).toBe(
      'upgpkg: harbour 3.1.3-1\n\nSlipway-Deployment: #42',
    )
  })

  test('are the same commit when they are made again', async () => {
    const world = await makeWorld({ makepkg: {} })
    const first = await toSrcinfo(world)
    const again = await go(world.bench, srcinfo, 'aur.srcinfo')
    expect(again.ok && again.evidence.aurCommit).toBe(first.ok && first.evidence.aurCommit)
  })

  test('that an earlier deployment submitted need no new pkgrel and no new commit', async () => {
    const first = await makeWorld({ makepkg: {} })
    const outcome = await toSrcinfo(first)
    const commit = String(outcome.ok && outcome.evidence.aurCommit)
    personGit(first.bench.folders.aur, 'push', '--quiet', 'origin', `${commit}:refs/heads/master`)
    const second = await makeWorld({ makepkg: {}, number: 43, on: first })
    expect(await toSrcinfo(second)).toMatchObject({
      ok: true,
      evidence: { aurCommit: commit, aurHead: commit },
      notes: ['already there: harbour on the AUR'],
    })
    expect(second.bench.deployment.steps['aur.pkgbuild']?.evidence.packageVersion).toBe('3.1.3-1')
  })

  test('that break rules of the AUR are refused with all of them', async () => {
    const world = await makeWorld({
      makepkg: {},
      files: { 'aur/docs/manual.txt': 'x', 'aur/big': 'x'.repeat(300_000) },
    })
    const outcome = await toSrcinfo(world)
    expect(codeOf(outcome)).toBe('aur.rules')
    expect(!outcome.ok && 'problem' in outcome && outcome.problem.details).toHaveLength(2)
  })

  test('that say another version than the PKGBUILD are refused', async () => {
    const world = await makeWorld({
      makepkg: { srcinfo: (text) => printed(text).replace('pkgver = 3.1.3', 'pkgver = 3.0.3') },
    })
    expect(codeOf(await toSrcinfo(world))).toBe('aur.rules')
  })

  test.skipIf(!HAS_MAKEPKG)('hold what the real makepkg prints', async () => {
    const world = await makeWorld()
    expect(await toSrcinfo(world)).toMatchObject({ ok: true })
    expect(textOf(world, '.SRCINFO')).toContain('\tpkgver = 3.1.3\n')
    expect(textOf(world, '.SRCINFO')).toContain(`${world.address}/harbour-3.1.3+001.tar.gz`)
  })
})
