/** Each example releases its product once: as it stands in examples/, with nothing but addresses and accounts of the sandbox put in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { PERSON } from '../../sandbox/configuration.ts'
import { git } from '../../sandbox/git.ts'
import { HARBOUR, type Product } from '../../sandbox/product.ts'
import { BEACON, LANTERN } from '../../sandbox/products.ts'
import type { World } from '../../sandbox/world.ts'
import { wideTextOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

let house: House | undefined
afterEach(() => house?.close())

interface Example {
  projects: Record<string, Record<string, Record<string, unknown>>>
  roles: unknown
}

/** What every example names that is different in the sandbox. Everything else stays as it is written. */
function inSandbox(file: string, world: World, more: Record<string, Record<string, unknown>>): Example {
  const example = parse(readFileSync(join(import.meta.dirname, '../../examples', file), 'utf8')) as Example
  const [[name, project] = ['', {}]] = Object.entries(example.projects)
  const own = {
    repository: { url: world.origin.url, branch: 'master', ssh: {} },
    verify: { ca: world.caFile, deadline: '1m' },
  }
  const put: Record<string, Record<string, unknown>> = { ...own, ...more }
  for (const [key, values] of Object.entries(put))
    project[key] = { ...project[key], ...own[key as 'verify'], ...values }
  return { projects: { [name]: project }, roles: { owners: { terminal: [PERSON] } } }
}

function builds({ isolation, environment }: World) {
  return { isolation, environment: [...new Set(['PATH', 'LANG', ...Object.keys(environment)])] }
}

const ssh = ({ server }: World) => ({ key: server.keyFile, knownHosts: server.knownHostsFile })
const hostOf = (world: World, name: string, directory: string) => {
  const { host, port, user } = world.server
  return { name, host, port, user, directory, ssh: ssh(world) }
}

async function open(product: Product, file: string, more: (world: World) => Record<string, Record<string, unknown>>) {
  house = await openHouse({ product, makepkg: 'stand-in', change: (_, world) => inSandbox(file, world, more(world)) })
  return house
}

/** Asks for a version, approves the one gate, and gives back what the thread then shows. */
async function release(of: House, version: string, gate: string) {
  await of.asks(`deploy ${version}`)
  const asked = await of.posted(`${gate}.1`)
  const first = wideTextOf(await of.posted('first'))
  await of.presses(asked, 'approve')
  const result = wideTextOf(await of.posted('result'))
  await of.bot.idle()
  return { first, gate: wideTextOf(asked), result, matrix: wideTextOf(await of.posted('matrix')) }
}

describe('examples/lantern.yaml', () => {
  test('a Rust program: its AUR package is built from the archive of the tag, whose sum is taken once it was compared', async () => {
    const lantern = await open(LANTERN, 'lantern.yaml', (world) => ({
      build: {
        ...builds(world),
        publish: { kind: 'tag', url: `${world.published.url}/archive/v{version}.tar.gz` },
      },
      aur: { url: world.aur.gitUrl, web: world.aur.webUrl, maintainer: world.aur.maintainer, ssh: {} },
    }))
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

test('examples/beacon.yaml, a service: nothing is built or packed, and the server is switched after the approval', async () => {
  const beacon = await open(BEACON, 'beacon.yaml', (world) => ({
    vps: { hosts: [hostOf(world, 'tower', world.server.directory)] },
    verify: { app: world.site.appUrl },
  }))
  const { first, gate, result, matrix } = await release(beacon, '2.1.0', 'gate:vps-switch')
  expect(first).toContain('Build and package and AUR: not configured')
  expect(gate).toContain('tower: harbour@127.0.0.1')
  expect(matrix).toContain('VPS Web         Version Endpoint  2.1.0')
  expect(matrix).not.toContain('AUR')
  expect(result).toContain('Beacon 2.1.0 is released')
  expect(result).not.toContain('Package sha256')
  expect(JSON.parse(await git(beacon.world.origin.folder, ['show', 'v2.1.0:package-lock.json']))).toMatchObject({
    version: '2.1.0',
    packages: { '': { version: '2.1.0' } },
  })
})

test('examples/harbour.yaml, two servers: the second one is switched once the first was looked at', async () => {
  const harbour = await open(HARBOUR, 'harbour.yaml', (world) => ({
    build: builds(world),
    vps: {
      hosts: [hostOf(world, 'north', world.server.directory), hostOf(world, 'south', `${world.server.home}/opt/south`)],
    },
    verify: { app: world.site.appUrl },
  }))
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
