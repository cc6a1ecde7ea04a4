/** The examples that are built, each released once: `npm run test:long`. */
import { afterEach, describe, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { HARBOUR } from '../../sandbox/product.ts'
import { LANTERN } from '../../sandbox/products.ts'
import { builds, hostOf, openExample, release } from './example-house.ts'
import type { House } from './house.ts'

let house: House | undefined
afterEach(() => house?.close())

describe('examples/lantern.yaml', () => {
  test('a Rust program: its AUR package is built from the archive of the tag, whose sum is taken once it was compared', async () => {
    const lantern = await openExample(LANTERN, 'lantern.yaml', (world) => ({
      build: {
        ...builds(world),
        publish: { kind: 'tag', url: `${world.published.url}/archive/v{version}.tar.gz` },
      },
      aur: { url: world.aur.gitUrl, web: world.aur.webUrl, maintainer: world.aur.maintainer, ssh: {} },
    }))
    house = lantern
    const { first, gate, result, matrix } = await release(lantern, '0.5.0', 'gate:aur-submit')
    expect(first).toContain('Server: not configured')
    const { origin, aur } = lantern.world
    const pkgbuild = await git(aur.folder, ['show', 'master:PKGBUILD'])
    const [, sum = ''] = /sha256sums=\('([0-9a-f]{64})'\)/.exec(pkgbuild) ?? []
    expect(pkgbuild).toContain('pkgver=0.5.0')
    expect(gate).toContain(`sha256 ${sum}`)
    expect(matrix).toContain('6 of 6 pass')
    expect(matrix).not.toContain('VPS')
    expect(result).toContain('Lantern 0.5.0 is released')
    expect(result).toContain(`Package sha256    ${sum}`)
    const lock = await git(origin.folder, ['show', 'v0.5.0:Cargo.lock'])
    expect(lock).toContain('name = "lantern"\nversion = "0.5.0"')
  })
})

test('examples/harbour.yaml, two servers: the second one is switched once the first was looked at', async () => {
  const harbour = await openExample(HARBOUR, 'harbour.yaml', (world) => ({
    build: builds(world),
    vps: {
      hosts: [hostOf(world, 'north', world.server.directory), hostOf(world, 'south', `${world.server.home}/opt/south`)],
    },
    verify: { app: world.site.appUrl },
  }))
  house = harbour
  const { world } = harbour
  await git(world.server.home, ['clone', '--quiet', '--template=', world.origin.url, 'opt/south'])
  await git(`${world.server.home}/opt/south`, ['reset', '--quiet', '--hard', HARBOUR.tag])
  const { result } = await release(harbour, '3.1.3', 'gate:vps-switch')
  expect(result).toContain('Harbour 3.1.3+001 is released')
  const commits = ['harbour', 'south'].map((name) => git(`${world.server.home}/opt/${name}`, ['rev-parse', 'HEAD']))
  const [north, south] = await Promise.all(commits)
  expect([north, south]).toEqual(Array(2).fill(await git(world.origin.folder, ['rev-parse', `v3.1.3+001^{commit}`])))
  const events = (await harbour.journal.read(1)) ?? []
  const settled = events.flatMap((event) => (event.type === 'settled' ? [event.step] : []))
  const began = events.flatMap((event) => (event.type === 'begun' ? [event.step] : []))
  expect(settled).toContain('vps.status:north')
  expect(began.indexOf('vps.pull:south')).toBeGreaterThan(began.indexOf('vps.status:north'))
})
