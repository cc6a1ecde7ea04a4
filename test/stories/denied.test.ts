import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'

/** The release is denied at the gate, and asked for once more afterwards. */
let house: House
let before: WorldState
let after: WorldState

beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
  before = await readWorld(house.world)
  await house.says('deploy 3.1.3')
  await house.posted('gate:aur-submit.1')
  await house.says('deny #1 the changelog is wrong')
  await house.posted('result')
  await house.bot.idle()
  after = await readWorld(house.world)
})
afterAll(() => house.close())

test('the card says what exists already, and how to ask again, take it back or leave it', async () => {
  const said = wideTextOf(await house.posted('result'))
  for (const words of [
    'you denied it',
    'Reason: the changelog is wrong',
    'Users still have 3.1.2+001',
    `Origin has the release commit ${after.originHead.slice(0, 12)} on master.`,
    'The package is public at',
    '/deploy 3.1.3+001 --project harbour starts it again with the same commit.',
    'Leaving all of it as it is does no harm',
    '/rollback #1 asks what of it to take back.',
  ])
    expect(said).toContain(words)
})

test('AUR and server are as they were', () => {
  const { aurHead, aurVersion, aurSrcinfoVersion, serverCommit, servedVersion, tags } = before
  expect(after).toMatchObject({ aurHead, aurVersion, aurSrcinfoVersion, serverCommit, servedVersion, tags })
})

test('asked for again, it comes with the same commit and the same bytes', async () => {
  await house.says('deploy 3.1.3')
  const gate = wideTextOf(await house.until(({ key }) => key === '2/gate:aur-submit.1'))
  await house.bot.idle()
  expect(gate).toContain(after.originHead)
  expect(await readWorld(house.world)).toEqual(after)
  const subjects = await gitIn(house.world.origin.folder, 'log', '--format=%s', 'master')
  expect(subjects.split('\n').filter((subject) => subject.includes('3.1.3'))).toHaveLength(1)
})
