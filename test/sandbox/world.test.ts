import { mkdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { writeConfiguration } from '../../sandbox/configuration.ts'
import { MARK, markedProcesses } from '../../sandbox/leftovers.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { attempt, newFolder } from './attempt.ts'

let folder: string
let world: World

beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world') })
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const curl = async (address: string, ...options: string[]) =>
  attempt(['curl', '-sS', '--max-time', '10', '-g', ...options, '--cacert', world.caFile, address])
const get = async (address: string, ...options: string[]) => (await curl(address, ...options)).stdout

describe('a new world', () => {
  test('is at 3.1.2+001 everywhere', async () => {
    const state = await readWorld(world)
    expect(state).toMatchObject({
      aurVersion: '3.1.2-1',
      aurSrcinfoVersion: '3.1.2-1',
      servedVersion: '3.1.2+001',
      versionFiles: {
        'pubspec.yaml': '3.1.2+001',
        'assets/version.json': '3.1.2+001',
        'aur-package/PKGBUILD': '3.1.2',
        'lib/config/app_config.dart': '3.1.2',
      },
    })
    expect(state.serverCommit).toBe(state.tags['v3.1.2+001'])
  })

  test('has commits of two people since its release', async () => {
    const range = 'v3.1.2+001..master'
    const { stdout } = await attempt(['git', '-C', world.origin.folder, 'log', '--format=%an: %s', range])
    expect(stdout.trim().split('\n')).toEqual([
      'Jon Vik: docs: say where the gate is',
      'Mira Holm: fix: close the gate after the last ship',
      'Jon Vik: feat(web): show the harbour master’s greeting',
    ])
  })

  test('serves its application, its main site and its package over HTTPS that only its own authority vouches for', async () => {
    expect(JSON.parse(await get(`${world.site.appUrl}/version.json`))).toEqual({
      app_name: 'harbour',
      version: '3.1.2',
      build_number: '001',
      package_name: 'harbour',
    })
    expect(await get(`${world.site.siteUrl}/`, '-I')).toMatch(/^HTTP\/1.1 200/)
    const file = `${world.published.url}/harbour-3.1.2-001-x86_64.tar.gz`
    expect(await get(file, '-I')).toMatch(/^HTTP\/1.1 200/)
    expect(await get(file.replace('001', '002'), '-o', '/dev/null', '-w', '%{http_code}')).toBe('404')
    expect((await attempt(['curl', '-sS', '--max-time', '10', world.site.siteUrl])).code).toBe(60)
  })

  test('publishes the very bytes that the AUR names', async () => {
    const { publishedFiles } = await readWorld(world)
    const pkgbuild = await get(`${world.aur.webUrl}/cgit/aur.git/plain/PKGBUILD?h=harbour`)
    expect(pkgbuild).toContain(publishedFiles['harbour-3.1.2-001-x86_64.tar.gz'])
    expect(pkgbuild).toContain(`"${world.published.url}/harbour-3.1.2-001-x86_64.tar.gz"`)
  })

  test('says which of its parts are real and which stand in', () => {
    const facts = world.facts()
    expect(facts[0]).toMatch(/^Real: git, ssh/)
    expect(facts).toContainEqual(expect.stringContaining('Stand-in: flutter'))
    expect(facts.some((fact) => fact.startsWith('Stand-in: makepkg'))).toBe(!world.realMakepkg)
    expect(facts).toContainEqual(expect.stringMatching(/^Isolation: /))
  })

  test('has a configuration that names its own addresses and nothing else', async () => {
    const { stdout } = await attempt(['cat', await writeConfiguration(world)])
    const addresses = [...stdout.matchAll(/(?:https|file):\/\/[^\s/]*/g)].map(([address]) => address)
    expect(new Set(addresses)).toEqual(
      new Set([world.site.appUrl, world.site.siteUrl, world.aur.webUrl, world.published.url, 'file://']),
    )
  })
})

describe('the AUR’s website', () => {
  const rpc = async (name: string) => JSON.parse(await get(`${world.aur.webUrl}/rpc/v5/info?arg[]=${name}`))

  test('answers as the AUR does, for its package and for a name it does not know', async () => {
    const known = await rpc('harbour')
    expect(known).toMatchObject({ resultcount: 1, type: 'multiinfo', version: 5 })
    expect(known.results[0]).toMatchObject({ Name: 'harbour', Version: '3.1.2-1', Maintainer: 'mira' })
    expect(await rpc('unknown')).toEqual({ resultcount: 0, results: [], type: 'multiinfo', version: 5 })
    expect(await get(`${world.aur.webUrl}/packages/harbour`)).toContain('Package Details: harbour 3.1.2-1')
  })

  test('can be cloned from without an account', async () => {
    const env = { PATH: process.env.PATH ?? '', GIT_SSL_CAINFO: world.caFile }
    const clone = join(folder, 'clone')
    await attempt(['git', 'clone', '--quiet', `${world.aur.webUrl}/harbour.git`, clone], { env })
    const { stdout } = await attempt(['git', '-C', clone, 'rev-parse', 'HEAD'])
    expect(stdout.trim()).toBe((await readWorld(world)).aurHead)
  })

  test('shows the version before a push for as many requests as it lags', async () => {
    const before = await get(`${world.aur.webUrl}/cgit/aur.git/plain/.SRCINFO?h=harbour`)
    await world.aurLag(2)
    await world.commitToAur({ '.SRCINFO': before.replace('pkgrel = 1', 'pkgrel = 2') }, 'A second package')
    const shown = []
    for (let asked = 0; asked < 3; asked++) shown.push((await rpc('harbour')).results[0].Version)
    expect(shown).toEqual(['3.1.2-1', '3.1.2-1', '3.1.2-2'])
    await world.commitToAur({ '.SRCINFO': before }, 'The first one again')
  })
})

describe('stories can', () => {
  test('break the application and mend it', async () => {
    const status = () => get(`${world.site.appUrl}/version.json`, '-o', '/dev/null', '-w', '%{http_code}')
    world.breakSite()
    expect(await status()).toBe('403')
    world.mendSite()
    expect(await status()).toBe('200')
  })

  test('let a colleague commit', async () => {
    const commit = await world.commitToOrigin({ 'lib/crane.dart': 'const cranes = 3;\n' }, 'feat: cranes')
    expect((await readWorld(world)).originHead).toBe(commit)
    const { stdout } = await attempt(['git', '-C', world.origin.folder, 'show', '--stat', '--format=%an', commit])
    expect(stdout).toMatch(/^Jon Vik[\s\S]*lib\/crane.dart \| 1 \+[\s\S]*1 file changed/)
  })
})

test('a closed world has no process and no listener left, and keeps its folder', async () => {
  const other = await createWorld({ folder: join(folder, 'other') })
  const mark = other.server.environment[MARK] ?? ''
  const ports = [
    other.server.port,
    ...[other.site.appUrl, other.site.siteUrl, other.aur.webUrl, other.published.url].map((url) => +new URL(url).port),
  ]
  const env = { ...other.server.environment }
  await attempt(['sh', '-c', 'setsid nohup sleep 600 >/dev/null 2>&1 </dev/null &'], { env })
  await expect.poll(() => markedProcesses(mark)).toHaveLength(1)
  await other.close()
  expect(await markedProcesses(mark)).toEqual([])
  expect(await Promise.all(ports.map(answers))).toEqual(ports.map(() => false))
  expect((await attempt(['ls', other.folder])).stdout).toContain('published')
})

test.runIf(process.getuid?.() === 0)('root is told when its builders could not enter the folder', async () => {
  const locked = join(folder, 'locked')
  await mkdir(locked, { mode: 0o700 })
  const attempted = createWorld({ folder: join(locked, 'world') })
  await expect(attempted).rejects.toThrow(/cannot enter .*locked/)
})

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
