/** The examples that are built, each released once: `npm run test:long`. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
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

/** What a server shows at its own address: a folder as it is, unless it pretends to have another version. */
interface Shown {
  folder: string
  pretended?: string
}

async function show(shown: Shown): Promise<string> {
  const server = createServer(async ({ url = '' }, response) => {
    const file = await readFile(join(shown.folder, url)).catch(() => undefined)
    response.writeHead(file === undefined ? 404 : 200).end(shown.pretended ?? file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Each of the two answers at an address of its own; the shared one leads to the first. `more`: on how long it is waited. */
async function openTwoServers(
  more: Record<string, Record<string, unknown>> = {},
): Promise<{ readonly harbour: House; readonly south: Shown }> {
  const [north, south]: [Shown, Shown] = [{ folder: '' }, { folder: '' }]
  const apps = await Promise.all([show(north), show(south)])
  const harbour = await openExample(HARBOUR, 'harbour.yaml', (world) => {
    const { directory, home } = world.server
    Object.assign(north, { folder: `${directory}/build/web` })
    Object.assign(south, { folder: `${home}/opt/south/build/web` })
    const hosts = [hostOf(world, 'north', directory), hostOf(world, 'south', `${home}/opt/south`)]
    return {
      build: builds(world),
      vps: { hosts: hosts.map((host, at) => ({ ...host, app: apps[at] })) },
      ...more,
      verify: { app: world.site.appUrl, ...more.verify },
    }
  })
  house = harbour
  const { server, origin } = harbour.world
  await git(server.home, ['clone', '--quiet', '--template=', origin.url, 'opt/south'])
  await git(`${server.home}/opt/south`, ['reset', '--quiet', '--hard', HARBOUR.tag])
  return { harbour, south }
}

test('examples/harbour.yaml, two servers: the second one is switched once the first was looked at, and each is seen by itself', async () => {
  const { harbour } = await openTwoServers()
  const { world } = harbour
  const { result, matrix } = await release(harbour, '3.1.3', 'gate:vps-switch')
  expect(result).toContain('Harbour 3.1.3+001 is released')
  for (const name of ['north', 'south'])
    expect(matrix).toMatch(new RegExp(`Server ${name} +Version Endpoint +3\\.1\\.3\\+001 +3\\.1\\.3\\+001 +pass`))
  expect(matrix).not.toContain('not seen')
  const commits = ['harbour', 'south'].map((name) => git(`${world.server.home}/opt/${name}`, ['rev-parse', 'HEAD']))
  const [north, south] = await Promise.all(commits)
  expect([north, south]).toEqual(Array(2).fill(await git(world.origin.folder, ['rev-parse', `v3.1.3+001^{commit}`])))
  const events = (await harbour.journal.read(1)) ?? []
  const settled = events.flatMap((event) => (event.type === 'settled' ? [event.step] : []))
  const began = events.flatMap((event) => (event.type === 'begun' ? [event.step] : []))
  expect(settled).toContain('vps.status:north')
  expect(began.indexOf('vps.pull:south')).toBeGreaterThan(began.indexOf('vps.status:north'))
})

test('two servers of which the second goes on serving the old version: its script ended well, and nothing is released', async () => {
  const { harbour, south } = await openTwoServers({ verify: { deadline: '10s' }, deadlines: { 'vps.status': 0.15 } })
  south.pretended = JSON.stringify({ version: '3.1.2', build_number: '001' })
  await harbour.asks('deploy 3.1.3')
  await harbour.presses(await harbour.posted('gate:vps-switch.1'), 'approve')
  const stop = harbour.read(await harbour.nextStop())
  expect(stop).toMatch(/version\.json serves 3\.1\.2\+001; 3\.1\.3\+001 was just deployed on south\./)
  expect(stop).toContain('/fix #1 fix.redeploy:south.1')
  await harbour.bot.idle()
  const events = (await harbour.journal.read(1)) ?? []
  const done = events.flatMap((event) => (event.type === 'settled' && event.outcome.ok ? [event.step] : []))
  expect(done).toEqual(expect.arrayContaining(['vps.status:north', 'vps.deploy:south']))
  expect(done).not.toContain('finish.certificate')
})
