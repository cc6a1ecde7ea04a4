import { describe, expect, test } from 'vitest'
import { person } from '../release/sample.ts'
import { fakeBot, plain } from './fake-bot.ts'

const statuses = (bot: Awaited<ReturnType<typeof fakeBot>>) =>
  bot.deployments().map(({ number, release, status }) => `#${number} ${release.full} ${status}`)

describe('joining', () => {
  test('the same version asked for again joins the one that runs, and says so', async () => {
    const bot = await fakeBot()
    expect(await bot.says('deploy 3.1.3')).toBe('')
    const answer = await bot.says('deploy 3.1.3', { actor: person('ben') })
    expect(answer).toMatch(/^-> #1: Harbour 3\.1\.3\+001 is being released\n/)
    expect(answer).toContain('Joined #1, which ana asked for')
    expect(statuses(bot)).toEqual(['#1 3.1.3+001 running'])
  })

  test('whoever joins with other notes is told that they were not taken, and what to do', async () => {
    const bot = await fakeBot()
    await bot.says('deploy 3.1.3 --notes "Doors"')
    expect(await bot.says('deploy 3.1.3 --notes "Doors"')).not.toContain('notes')
    const answer = await bot.says('deploy 3.1.3 --notes "Windows"')
    expect(answer).toContain('The notes were not taken: #1 keeps those that it was asked for with.')
    expect(answer).toMatch(/cancel #1.*deploy 3\.1\.3\+001 --notes "…"/)
  })

  test('a relative target joins, another exact version queues', async () => {
    const bot = await fakeBot()
    await bot.says('deploy minor')
    expect(await bot.says('deploy patch')).toContain('Joined #1')
    expect(await bot.says('deploy 3.1.3')).toBe('')
    expect(await bot.says('deploy 3.1.3')).toContain('Joined #2')
    expect(statuses(bot)).toEqual(['#1 3.2.0+001 running', '#2 3.1.3+001 queued'])
  })

  test('two at once are one', async () => {
    const bot = await fakeBot()
    const answers = await Promise.all([bot.says('deploy 3.1.3'), bot.says('deploy 3.1.3'), bot.says('deploy patch')])
    expect(answers.map((answer) => answer.includes('Joined #1'))).toEqual([false, true, true])
    expect(statuses(bot)).toEqual(['#1 3.1.3+001 running'])
  })
})

describe('the line', () => {
  test('says its place, moves up, and says when it starts', async () => {
    const bot = await fakeBot()
    for (const version of ['3.1.3', '3.1.4', '3.1.5']) await bot.says(`deploy ${version}`)
    expect(bot.post('3/first')).toMatch(/Place +3: .*#1 \(3\.1\.3\+001, running\) and #2 \(3\.1\.4\+001, queued\)/)
    await bot.says('cancel #2')
    expect(bot.post('3/first')).toMatch(/Place +2: .*#1 \(3\.1\.3\+001, running\) is before it/)
    await bot.passes(600_000)
    while (bot.running().some((name) => name.startsWith('1 '))) await bot.settle()
    expect(bot.post('3/started')).toContain('#3: Harbour 3.1.5+001 starts now')
    expect(bot.post('3/first')).toMatch(/Waited +10 min behind #1 and #2/)
    expect(bot.posts()).not.toContain('2/started')
    expect(bot.posts()).not.toContain('1/started')
  })

  test('is the same after a restart', async () => {
    const bot = await fakeBot()
    for (const version of ['3.1.3', '3.1.4']) await bot.says(`deploy ${version}`)
    const [status, first] = [await bot.says('status'), bot.post('2/first')]
    await bot.restart()
    expect(await bot.says('status')).toBe(status)
    expect(bot.post('2/first')).toBe(first)
    await bot.finish()
    expect(statuses(bot)).toEqual(['#1 3.1.3+001 complete', '#2 3.1.4+001 complete'])
  })
})

describe('a delivery that comes again', () => {
  test('after a restart begins nothing', async () => {
    const bot = await fakeBot()
    await bot.says('deploy 3.1.3', { id: 'one' })
    await bot.restart()
    await bot.says('deploy 3.1.3', { id: 'one' })
    await bot.finish()
    await bot.restart()
    expect(await bot.says('deploy 3.1.3', { id: 'one' })).toBe('')
    expect(statuses(bot)).toEqual(['#1 3.1.3+001 complete'])
  })

  test('after a restart cancels and retries nothing', async () => {
    const bot = await fakeBot()
    await bot.says('deploy 3.1.3')
    while (bot.running().length > 0) await bot.settle(0, false)
    await bot.says('retry', { id: 'again' })
    while (bot.running().length > 0) await bot.settle(0, false)
    await bot.restart()
    await bot.says('retry', { id: 'again' })
    expect(statuses(bot)).toEqual(['#1 3.1.3+001 stopped'])
  })
})

test('a bot whose queue waits for people counts as idle', async () => {
  const bot = await fakeBot({ projects: [plain] })
  await bot.says('deploy 3.1.3')
  while (bot.running().length > 0) await bot.settle(0, false)
  await bot.says('deploy 3.1.4')
  await bot.bot().idle()
  expect(statuses(bot)).toEqual(['#1 3.1.3+001 stopped', '#2 3.1.4+001 queued'])
})

test('a deployment that is over is still known to whoever asks for it later', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.finish()
  expect(bot.post('1/result')).toContain('3.1.3')
  expect(await bot.says('retry #1')).toContain('#1')
  expect(await bot.says('status')).not.toContain('running')
  expect(await bot.says('deploy 3.1.3')).toContain('released')
  await bot.bot().ended(1)
})
