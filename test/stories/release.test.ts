import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import type { Configuration } from '../../sandbox/configuration.ts'
import { MARK, markedProcesses } from '../../sandbox/leftovers.ts'
import type { Card } from '../../src/release/card.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn, installedProgram, rebuiltPackage, srcinfoOf } from './evidence.ts'
import { type House, openHouse } from './house.ts'
import { DONE } from './titles.ts'

/** From `deploy 3.1.3` to the certificate and what can be asked afterwards; nothing stands in that this machine has. */
let house: House
beforeAll(async () => {
  house = await openHouse({ logBytes: LOG_BYTES, change: withTalkativeBuild })
})
afterAll(() => house.close())

/** Of the 20 MB that the web build prints, its log may hold this much. */
const LOG_BYTES = 256 * 1024
function withTalkativeBuild(configuration: Configuration) {
  const talk = 'echo first; yes "a line of the build" | head -c 20000000; echo last'
  configuration.projects.harbour.build.targets.web.run.unshift(['sh', '-c', talk])
  return configuration
}

const answer = async (line: string): Promise<string> => wideTextOf((await house.asks(line)) as Card)
const FIRST = 'harbour-3.1.3-001-x86_64.tar.gz'

describe('3.1.3 is asked for', () => {
  let gate: string

  test('until the gate, which shows what will happen and waits', async () => {
    const before = await readWorld(house.world)
    expect(await house.asks('deploy 3.1.3')).toBeUndefined()
    gate = wideTextOf(await house.posted('gate:aur-submit.1'))
    const at = await readWorld(house.world)
    for (const shown of [
      'submit harbour 3.1.3+001 to the AUR?',
      '3.1.3+001, after 3.1.2+001',
      at.originHead,
      at.publishedFiles[FIRST],
      'docs: say where the gate is (Jon Vik)',
      'fix: close the gate after the last ship (Mira Holm)',
      '+pkgver=3.1.3',
      'pier: harbour@127.0.0.1',
      './scripts/deploy/update_and_deploy.sh',
      'Who may answer',
    ])
      expect(gate).toContain(shown)
    expect({ ...at, originHead: '', versionFiles: {}, publishedFiles: {} }).toEqual({
      ...before,
      originHead: '',
      versionFiles: {},
      publishedFiles: {},
    })
  })

  test('and, once approved, to the certificate', async () => {
    await house.presses(await house.posted('gate:aur-submit.1'), 'approve')
    const result = wideTextOf(await house.posted('result'))
    await house.bot.idle()
    expect(result).toContain(DONE)
    expect(result).toContain('DEPLOYMENT CERTIFICATE')
    expect(wideTextOf(await house.posted('matrix'))).toContain('11 of 11 pass')
    expect(wideTextOf(await house.posted('gate:aur-submit.1'))).toContain('Approved by you')
  })

  test('with each card posted once, in the order of the work', () => {
    const keys = ['1/first', '1/progress', '1/gate:aur-submit.1', '1/matrix', '1/result']
    expect(house.thread().map(({ key }) => key)).toEqual(keys)
    expect(house.counts()).toEqual(Object.fromEntries(keys.map((key) => [key, 1])))
  })

  test('and then it is 3.1.3 everywhere', async () => {
    const { world } = house
    const state = await readWorld(world)
    const release = state.tags['v3.1.3+001'] ?? ''
    expect(state).toMatchObject({
      aurVersion: '3.1.3-1',
      aurSrcinfoVersion: '3.1.3-1',
      servedVersion: '3.1.3+001',
      serverCommit: release,
      versionFiles: {
        'pubspec.yaml': '3.1.3+001',
        'assets/version.json': '3.1.3+001',
        'aur-package/PKGBUILD': '3.1.3',
        'lib/config/app_config.dart': '3.1.3',
      },
    })
    expect(await gitIn(world.origin.folder, 'log', '-1', '--format=%B', release)).toContain('Slipway-Deployment: #1')
    expect(await gitIn(world.origin.folder, 'show', 'master:CHANGELOG.md')).toContain('3.1.3')
    for (const file of ['PKGBUILD', '.SRCINFO'])
      expect(await gitIn(world.origin.folder, 'show', `master:aur-package/${file}`)).toBe(
        await gitIn(world.aur.folder, 'show', `master:${file}`),
      )
  })

  test('the AUR holds what makepkg prints for its PKGBUILD', async () => {
    const held = await gitIn(house.world.aur.folder, 'show', 'master:.SRCINFO')
    expect(held.trim()).toBe((await srcinfoOf(house.world)).trim())
  })

  test('and the installed program says 3.1.3', async () => {
    expect(await installedProgram(house, 1)).toMatch(/\b3\.1\.3\b/)
  })
})

describe('afterwards', () => {
  test('a second 3.1.3 is refused with the command that would work', async () => {
    const refusal = await answer('deploy 3.1.3')
    expect(refusal).toContain('3.1.3+001 is already released')
    expect(refusal).toContain('/deploy build')
    expect(house.thread()).toHaveLength(5)
  })

  test('the log of a build that printed without end holds its beginning and its end, and says how much is missing', async () => {
    const logs = join(house.dataFolder, 'logs', '1')
    const name = (await readdir(logs)).find((each) => each.startsWith('build.target.web')) ?? ''
    const log = await readFile(join(logs, name), 'utf8')
    expect(log.length).toBeLessThan(LOG_BYTES + 10_000)
    const [, missing] =
      /first\na line of the build\n[^[]*\n\[(\d+) bytes left out\]\n[^[]*a line of the build\n?last\n/.exec(log) ?? []
    expect(Number(missing)).toBeGreaterThan(19_000_000)
  })

  test.each([
    ['verify', ['Harbour 3.1.3+001 from outside: 11 of 11 pass']],
    ['status', ['Harbour 3.1.3+001 is released', 'Documentation and certificate  done']],
    ['history', ['#1  harbour 3.1.3+001  complete  you']],
    ['certificate', ['the certificate of Harbour 3.1.3+001', 'Its signature holds', 'Package sha256']],
    ['certificate #1', ['the certificate of Harbour 3.1.3+001']],
    ['certificate 3.1.2', ['There is no certificate of 3.1.2']],
    ['logs #1 aur.test-package', ['#1 log of aur.test-package', 'Harbour 3.1.3']],
    ['logs', ['#1 log of ']],
  ])('%s answers', async (line, expected) => {
    const said = await answer(line)
    for (const words of expected) expect(said).toContain(words)
    expect(said).not.toContain('\\x')
  })
})

test('the package comes out the same when its commit is built again elsewhere', async () => {
  const { tags, publishedFiles } = await readWorld(house.world)
  expect(await rebuiltPackage(house, tags['v3.1.3+001'] ?? '', '3.1.3')).toBe(publishedFiles[FIRST])
})

test('its certificate holds in the world too, until something in it is another', async () => {
  const { origin } = house.world
  expect(await verifiedLive(house)).toEqual({
    code: 0,
    said: expect.stringContaining('ok    live: Server pier, Commit'),
  })
  await gitIn(origin.folder, 'tag', '--force', 'v3.1.3+001', 'master')
  expect(await verifiedLive(house)).toEqual({
    code: 1,
    said: expect.stringMatching(
      /^BAD {3}live: Git Repository, Tag v3\.1\.3\+001: expected [0-9a-f]{40}, found [0-9a-f]{40}$/m,
    ),
  })
})

test('nothing runs or listens once the house is closed', async () => {
  const { world } = house
  const ports = [
    world.server.port,
    ...[world.site.appUrl, world.site.siteUrl, world.aur.webUrl, world.published.url].map((url) => +new URL(url).port),
  ]
  await house.close()
  expect(await markedProcesses(world.server.environment[MARK] ?? '')).toEqual([])
  expect(await processesIn(world.folder.replace(/\/world$/, ''))).toEqual([])
  expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false))
})

/** `npm run certificate -- verify FILE --live`, beside the bot. */
async function verifiedLive({ world, dataFolder }: House) {
  const file = join(dataFolder, 'certificates', 'harbour-3.1.3+001-1.json')
  const own = { SLIPWAY_CONFIG: join(world.folder, 'slipway.yaml'), SLIPWAY_DATA: dataFolder }
  const env = { PATH: process.env.PATH, HOME: dataFolder, ...world.environment, ...own }
  const child = spawn(process.execPath, ['src/certificate.ts', 'verify', file, '--live'], { env, stdio: 'pipe' })
  const said = [child.stdout, child.stderr].map((stream) => text(stream))
  const [code] = await once(child, 'close')
  return { code, said: (await Promise.all(said)).join('') }
}

/** Processes that work below a folder, or were given something in it. */
async function processesIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const told = await Promise.all(
    pids.map(async (pid) => [
      pid,
      await readlink(`/proc/${pid}/cwd`).catch(() => ''),
      await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ]),
  )
  return told.filter(([, ...words]) => words.some((word) => word.includes(folder))).map((words) => words.join(' '))
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false)).on('connect', () => resolve(true))
    socket.on('connect', () => socket.destroy())
  })
}
