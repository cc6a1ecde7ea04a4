import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { PEOPLE } from '../../sandbox/product.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'

/** A commit that does not compile is on master; somebody mends it while the deployment waits. */
let house: House
let broken: string
let mended: string

beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
  await house.world.commitToOrigin({ 'lib/crane.dart': "#error Expected ';' after this.\n" }, 'feat: a crane')
  await house.says('deploy 3.1.3')
  await house.until(({ key }) => key.startsWith('1/problems:'))
  await house.bot.idle()
  broken = (await readWorld(house.world)).originHead
})
afterAll(() => house.close())

const problems = () => house.thread().filter(({ key }) => key.startsWith('1/problems:'))

test('the card shows the line that broke the build, where the log is, and the ways on', () => {
  const [stop] = problems().map(({ card }) => wideTextOf(card))
  for (const words of [
    "lib/crane.dart:1:1: Error: Expected ';' after this.",
    'Users still have 3.1.2+001',
    '/retry #1 repeats what failed',
    '/cancel #1 ends it',
  ])
    expect(stop).toContain(words)
  expect(stop).toContain(`${house.dataFolder}/logs/1/build.target.`)
})

test('a retry takes the new head as the release commit, and names the commits that came with it', async () => {
  const files = { 'lib/crane.dart': 'const cranes = 3;\n' }
  mended = await house.world.commitToOrigin(files, 'fix: the crane compiles', PEOPLE.mira)
  expect(await house.says('retry #1')).toBe('')
  const gate = await house.posted('gate:aur-submit.1')
  const { originHead } = await readWorld(house.world)
  const progress = wideTextOf(await house.posted('progress'))
  expect(progress).toContain(`${originHead.slice(0, 12)} is taken as the release commit`)
  expect(progress).toMatch(/added since: [0-9a-f]+ fix: the crane compiles \(Mira Holm\)/)
  expect(wideTextOf(gate)).toContain(originHead)
  expect(originHead).not.toBe(broken)
  expect(await gitIn(house.world.origin.folder, 'merge-base', '--is-ancestor', mended, originHead)).toBe('')
  expect(problems().map(({ card }) => card.tone)).toEqual(['neutral'])
  await house.presses(gate, 'approve')
})

test('and goes on to the end', async () => {
  expect(wideTextOf(await house.posted('result'))).toContain('Harbour 3.1.3+001 is released')
  await house.bot.idle()
  const { serverCommit, tags, aurVersion } = await readWorld(house.world)
  expect(tags['v3.1.3+001']).toBe(serverCommit)
  expect(await gitIn(house.world.server.directory, 'show', 'HEAD:lib/crane.dart')).toBe('const cranes = 3;')
  expect(aurVersion).toBe('3.1.3-1')
})
