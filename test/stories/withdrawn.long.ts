import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'

/** While the gate is open a colleague takes the version commit off the branch: the press ships nothing, and a retry makes it anew. */
let house: House
let before: string
let release: string

beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
  const { world } = house
  before = (await readWorld(world)).originHead
  await house.says('deploy 3.1.3')
  const gate = await house.posted('gate:aur-submit.1')
  release = (await readWorld(world)).originHead
  await gitIn(world.origin.folder, 'update-ref', 'refs/heads/master', before)
  await house.presses(gate, 'approve')
})
afterAll(() => house.close())

test('the AUR and the server get nothing, and the card says why', async () => {
  const stopped = await house.until(({ key }) => key.startsWith('1/problems:'))
  expect(wideTextOf(stopped)).toContain(`no longer holds the release commit ${release.slice(0, 12)}`)
  expect(await readWorld(house.world)).toMatchObject({ aurVersion: '3.1.2-1' })
  expect(await gitIn(house.world.server.directory, 'rev-parse', 'HEAD')).not.toBe(release)
})

test('a retry pushes the version again, and does not overwrite the package that is public', async () => {
  const first = house.thread().find(({ key }) => key.startsWith('1/problems:'))?.key
  await house.says('retry')
  const next = await house.until(({ key }) => key.startsWith('1/problems:') && key !== first)
  expect(wideTextOf(next)).toContain('/deploy 3.1.3+002')
  const { originHead } = await readWorld(house.world)
  expect(originHead).not.toBe(release)
  expect(await gitIn(house.world.origin.folder, 'rev-parse', `${originHead}^`)).toBe(before)
})
