/** The package as users would get it: built by the real makepkg, installed into a scratch root, and run. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pkgbuild } from '../../../src/runners/aur/pkgbuild.ts'
import { testPackage } from '../../../src/runners/aur/test-package.ts'
import { PKGBUILD } from '../product.ts'
import { CAN_PACK, codeOf, go, HAS_MAKEPKG, makeWorld, type World, type WorldOptions } from './world.ts'

const NAME = 'harbour-3.1.3+001.tar.gz'

async function tried(options: WorldOptions = {}, meanwhile: (world: World) => void = () => undefined) {
  const world = await makeWorld(options)
  const edited = await go(world.bench, pkgbuild, 'aur.pkgbuild')
  if (!edited.ok) return { world, outcome: edited }
  meanwhile(world)
  return { world, outcome: await go(world.bench, testPackage, 'aur.test-package') }
}

describe('a package test', () => {
  test('installs and runs what users get', async () => {
    const { world, outcome } = await tried({ makepkg: {} })
    expect(outcome).toMatchObject({ ok: true, evidence: { testedPackage: '3.1.3-1', smokeSaid: 'harbour 3.1.3+001' } })
    const shown = testPackage.describe(world.bench.context(testPackage, 'aur.test-package', { dryRun: true }).facts)
    const argv = Object.values(shown)
      .flat()
      .map((action) => (action.do === 'command' ? action.argv : []))
      .map((words) => words.map((word) => word.replace('<built package>', 'harbour-3.1.3-1-any.pkg.tar.gz')))
    expect(world.bench.ran.slice(-4).map((ran, index) => ran.slice(-(argv[index]?.length ?? 0)))).toEqual(argv)
  })

  test.each(['3.0.3', '3.1.3+000'])('finds the old program %s in the package with the new number', async (old) => {
    const { outcome } = await tried({ makepkg: {}, says: `harbour ${old}` })
    expect(outcome).toMatchObject({
      problem: { code: 'aur.program-version', what: expect.stringContaining(`says ${old}, not 3.1.3+001`) },
    })
  })

  const CASES: readonly [string, WorldOptions, string][] = [
    ['a program that says nothing', { makepkg: {}, says: '' }, 'aur.smoke-silent'],
    ['a program that is not where it should be', { makepkg: { link: '/usr/share/nothing' } }, 'aur.smoke-failed'],
    ['a package that is another version', { makepkg: { pkgver: '3.0.3-1' } }, 'aur.package-version'],
    ['a package that says its version through a link', { makepkg: { linked: true } }, 'aur.package-version'],
  ]
  test.each(CASES)('tells %s', async (_name, options, code) => {
    const { outcome } = await tried(options)
    expect(codeOf(outcome)).toBe(code)
    expect(outcome).toMatchObject({ log: { file: expect.stringContaining('aur.test-package.1.log') } })
  })

  test('never runs a program of this machine through a link of the package', async () => {
    const { outcome } = await tried({ makepkg: { link: '/bin/echo' } })
    expect(codeOf(outcome)).toBe('aur.smoke-failed')
  })
})

describe.skipIf(!HAS_MAKEPKG)('with the real makepkg', () => {
  const CASES: readonly [string, (world: World) => void, string][] = [
    ['a package that is not public', ({ site }) => rmSync(join(site, NAME)), 'aur.download-missing'],
    ['other bytes at the public address', ({ site }) => writeFileSync(join(site, NAME), 'x'), 'aur.checksum-mismatch'],
  ]
  test.each(CASES)('a package test tells %s', async (_name, meanwhile, code) => {
    expect(codeOf((await tried({}, meanwhile)).outcome)).toBe(code)
  })

  test.skipIf(!CAN_PACK)('a package test builds from the public address, and every time anew', async () => {
    const { world, outcome } = await tried()
    expect(outcome).toMatchObject({ ok: true, evidence: { testedPackage: '3.1.3-1', smokeSaid: 'harbour 3.1.3+001' } })
    rmSync(join(world.site, NAME))
    expect(codeOf(await go(world.bench, testPackage, 'aur.test-package'))).toBe('aur.download-missing')
  })

  test.skipIf(!CAN_PACK)('a package test tells a package() that fails', async () => {
    const { outcome } = await tried({ pkgbuild: (address) => PKGBUILD(address).replace('mkdir -p', 'no-such-command') })
    expect(codeOf(outcome)).toBe('aur.package-does-not-build')
  })
})

test.skipIf(process.getuid?.() !== 0)('a package is never built as root', async () => {
  const world = await makeWorld()
  Object.assign(world.bench.project.build, { isolation: { kind: 'none' } })
  mkdirSync(world.bench.folders.packageTest, { recursive: true })
  expect(codeOf(await go(world.bench, testPackage, 'aur.test-package'))).toBe('aur.makepkg-root')
  expect(world.bench.ran).toEqual([])
})
