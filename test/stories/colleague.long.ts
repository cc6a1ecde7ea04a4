import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn, rebuiltPackage } from './evidence.ts'
import { type House, openHouse } from './house.ts'

/** A colleague pushes while the gate is open: the release goes on with its own commit, and the colleague's work stays. */
let house: House
let release: string
let colleague: string

beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
  const { world } = house
  await house.says('deploy 3.1.3')
  const gate = await house.posted('gate:aur-submit.1')
  release = (await readWorld(world)).originHead
  const files = { 'web/index.html': '<p>Not released yet.</p>\n', 'docs/LATER.md': 'Later.\n' }
  colleague = await world.commitToOrigin(files, 'feat(web): a page for later')
  await house.presses(gate, 'approve')
  await house.posted('result')
  await house.bot.idle()
})
afterAll(() => house.close())

test('the server gets the release commit, and serves nothing of the colleague’s', async () => {
  const { world } = house
  expect(await gitIn(world.server.directory, 'rev-parse', 'HEAD')).toBe(release)
  const served = await readFile(join(world.server.directory, 'build/web/index.html'), 'utf8')
  expect(served).toContain('The harbour master says hello.')
  expect(served).not.toContain('Not released yet.')
  expect(await gitIn(world.server.directory, 'ls-files', 'docs/LATER.md')).toBe('')
})

test('the documentation lands on top of the colleague’s commit', async () => {
  const { world } = house
  const { originHead, tags } = await readWorld(world)
  expect(await gitIn(world.origin.folder, 'log', '--format=%H', '-3', 'master')).toBe(
    [originHead, colleague, release].join('\n'),
  )
  expect(originHead).not.toBe(colleague)
  expect(tags['v3.1.3+001']).toBe(release)
  expect(await gitIn(world.origin.folder, 'show', 'master:web/index.html')).toContain('Not released yet.')
})

test('verification passes', async () => {
  expect(wideTextOf(await house.posted('result'))).toContain('Harbour 3.1.3+001 is released')
  expect(wideTextOf(await house.posted('matrix'))).toContain('11 of 11 pass')
})

describe('a new build of the same version, right after it', () => {
  const first = 'harbour-3.1.3-001-x86_64.tar.gz'
  const second = 'harbour-3.1.3-002-x86_64.tar.gz'
  let before: WorldState
  let bytes: Buffer

  beforeAll(async () => {
    before = await readWorld(house.world)
    bytes = await readFile(join(house.world.published.folder, first))
    await house.says('deploy build')
    await house.presses(await house.until(({ key }) => key === '2/gate:aur-submit.1'), 'approve')
    await house.until(({ key }) => key === '2/result')
    await house.bot.idle()
  })

  test('is 3.1.3+002, and 3.1.3-2 on the AUR', async () => {
    const at = { aurVersion: '3.1.3-2', aurSrcinfoVersion: '3.1.3-2', servedVersion: '3.1.3+002' }
    expect(await readWorld(house.world)).toMatchObject(at)
    const result = await house.until(({ key }) => key === '2/result')
    expect(wideTextOf(result)).toContain('Harbour 3.1.3+002 is released')
  })

  test('brings the colleague’s work to the server', async () => {
    const page = await readFile(join(house.world.server.directory, 'build/web/index.html'), 'utf8')
    expect(page).toContain('Not released yet.')
  })

  test('leaves the bytes of 3.1.3-1 where they are downloaded from', async () => {
    const to = join(house.dataFolder, 'downloaded')
    const url = `${house.world.published.url}/${first}`
    expect(await house.ports.http.download(url, to, { ca: house.world.caFile })).toMatchObject({ ok: true })
    expect((await readFile(to)).equals(bytes)).toBe(true)
  })

  test('comes out the same when its commit is built again elsewhere', async () => {
    const { tags, publishedFiles } = await readWorld(house.world)
    expect(publishedFiles[second]).not.toBe(before.publishedFiles[first])
    expect(await rebuiltPackage(house, tags['v3.1.3+002'] ?? '', '3.1.3')).toBe(publishedFiles[second])
  })
})
