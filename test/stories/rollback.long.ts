/** A verified release is taken back by a rollback with a number of its own, and the next release follows on what is in use. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { textOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

let house: House
let before: WorldState

beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
  await house.says('deploy 3.1.3')
  await house.presses(await house.posted('gate:aur-submit.1'), 'approve')
  await house.posted('result')
  await house.bot.ended(1)
  before = await readWorld(house.world)
}, 120_000)
afterAll(() => house.close())

describe('a release that turns out bad', { timeout: 120_000 }, () => {
  test('is named as what can be gone back from, and a version nobody replaced is refused', async () => {
    expect(await house.says('rollback')).toContain('Back to 3.1.2+001: /rollback 3.1.2+001 --project harbour')
    expect(await house.says('rollback 2.0.0')).toContain('No way back to 2.0.0 is known')
    expect(await house.says('rollback #1 --only moon')).toContain('"moon" is no part of a release')
  })

  test('goes back on the AUR and the server once one plan was approved; git history stays', async () => {
    await house.says('rollback 3.1.2')
    const gate = await house.posted('gate:rollback.1')
    expect(textOf(gate)).toContain('#2: roll Harbour 3.1.3+001 back to 3.1.2+001?')
    await house.presses(gate, 'approve')
    await house.bot.ended(2)
    const after = await readWorld(house.world)
    expect([after.aurVersion, after.servedVersion]).toEqual(['3.1.2-1', '3.1.2+001'])
    expect([after.originHead, after.tags]).toEqual([before.originHead, before.tags])
    const result = house.thread().find(({ key }) => key === '2/result')
    expect(result && textOf(result.card)).toContain('Rolled back to 3.1.2+001 and verified')
  })

  test('leaves the project locked for an approver to unlock, and what is in use is what is verified', async () => {
    expect(await house.says('deploy 3.1.4')).toContain('Harbour is locked')
    expect(await house.says('verify')).toContain('3.1.2+001')
    expect(await house.says('incident #2')).toContain('the incident of Harbour 3.1.3+001')
    expect(await house.says('unlock')).toContain('unlocked')
  })

  test('is never released again under its number; the next one replaces what is in use', async () => {
    expect(await house.says('deploy 3.1.3')).toContain('/deploy build')
    await house.says('deploy 3.1.4')
    const first = await house.until(({ key }) => key === '3/first')
    expect(textOf(first)).toContain('3.1.2+001, read from the rollback #2')
  })
})
