/** A bot that was gone for a moment goes on, whatever ran meanwhile; one that was gone for long asks. */
import { expect, test } from 'vitest'
import { fakeBot } from './fake-bot.ts'

const MINUTE = 60_000

test.each([
  ['a moment in the middle of a long step goes on', 5_000, 'complete'],
  ['long asks before it changes anything outside', 16 * MINUTE, 'stopped'],
  ['a time that nobody can tell, since the clock was set back, asks too', -90 * MINUTE, 'stopped'],
])('a deployment that nobody looked after for %s', async (_, downMs, status) => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  while (!bot.running().includes('1 version.commit')) await bot.settle()
  await bot.passes(40 * MINUTE)
  await bot.restart(downMs)
  await bot.finish()
  expect(bot.deployments()).toMatchObject([{ status }])
})
