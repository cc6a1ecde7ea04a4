/**
 * The release commit does not compile, somebody's fix on top of it is what is released, and that is rolled back: the bot's own
 * commit leaves the branch too, so that the next `git pull` brings nothing back.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { FAULTS } from '../../sandbox/faults.ts'
import { PEOPLE } from '../../sandbox/product.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'

let house: House

beforeAll(async () => {
  house = await openHouse({
    makepkg: 'stand-in',
    change: (configuration, where) => {
      FAULTS['server-script-fails']?.configure?.(configuration, where)
      return configuration
    },
  })
  const { world } = house
  await world.commitToOrigin({ 'lib/crane.dart': "#error Expected ';' after this.\n" }, 'feat: a crane')
  await house.says('deploy 3.1.3')
  await house.nextStop()
  await world.commitToOrigin({ 'lib/crane.dart': 'const cranes = 3;\n' }, 'fix: the crane compiles', PEOPLE.mira)
  await house.says('retry #1')
  await writeFile(join(world.server.home, 'script-fails'), 'Error: migration 14 failed\n')
  await house.presses(await house.posted('gate:aur-submit.1'), 'approve')
  await house.nextStop()
  await house.says('rollback #1')
  const gate = await house.posted('gate:rollback.1')
  const everything = gate.buttons.filter(({ label }) => label === 'Roll back everything')
  await house.presses({ ...gate, buttons: everything }, 'approve')
  await house.bot.ended(1)
}, 120_000)
afterAll(() => house.close())

test('the rollback ends verified', async () => {
  expect(wideTextOf(await house.posted('result'))).toContain('rolled back')
})

test('the branch names the version of before, and keeps the work of others', async () => {
  const { world } = house
  const { originHead, versionFiles, aurVersion, servedVersion } = await readWorld(world)
  expect(versionFiles['pubspec.yaml']).toContain('3.1.2')
  expect(await gitIn(world.origin.folder, 'show', `${originHead}:lib/crane.dart`)).toBe('const cranes = 3;')
  expect([aurVersion, servedVersion]).toEqual(['3.1.2-1', '3.1.2+001'])
})

test('and a pull on the server brings nothing of the release back', async () => {
  const { directory } = house.world.server
  await gitIn(directory, 'pull', '--quiet', '--ff-only')
  expect(await gitIn(directory, 'show', 'HEAD:pubspec.yaml')).toContain('version: 3.1.2+001')
})
