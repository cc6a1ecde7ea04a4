/** A bot that starts under another configuration than an open deployment began with says so in its thread, once. */
import { expect, test } from 'vitest'
import { fakeBot, plain } from './fake-bot.ts'

const told = (posts: readonly string[]) => posts.filter((key) => key.includes('/settings:'))
const access = { ...plain.access, approve: [] }

test('is told what changed, once for each configuration, and goes on with what it began with', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.restart()
  expect(told(bot.posts())).toEqual([])
  for (let start = 0; start < 2; start += 1) await bot.restart(0, [{ ...plain, access }])
  const [key = '', ...more] = told(bot.posts())
  expect(more).toEqual([])
  expect(bot.post(key)).toContain('access.approve: ["managers"] -> not set')
  expect(bot.post(key)).toContain('/cancel #1')
  await bot.finish()
  expect(bot.deployments()).toMatchObject([{ status: 'complete', project: { access: plain.access } }])
})

test('is told of one that waits in line, and of a project that is gone, and not of what has ended', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.says('deploy 3.1.4')
  await bot.restart(0, [])
  expect(
    told(bot.posts())
      .map((key) => key.split('/')[0])
      .toSorted(),
  ).toEqual(['1', '2'])
  for (const key of told(bot.posts())) expect(bot.post(key)).toContain('is no longer in slipway.yaml')
  await bot.restart(0, [plain])
  await bot.finish()
  const before = told(bot.posts()).length
  await bot.restart(0, [{ ...plain, waitHours: 48 }])
  expect(told(bot.posts())).toHaveLength(before)
})
