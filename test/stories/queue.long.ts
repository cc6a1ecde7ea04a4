import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { type Grounds, openGrounds } from './house.ts'
import { pierBeside, type TestBot } from './test-bot.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds()
})
afterAll(() => grounds.close())

/** Every deployment stops at its pre-flight checks, and so holds the slot of its project until somebody ends it. */
function stopping(configuration: Configuration): Configuration {
  Object.assign(configuration.projects.harbour.aur, { maintainer: 'somebody' })
  return configuration
}

test('a second deployment of a project says its place, and begins when the one before it has ended', async () => {
  const bot = await grounds.startBot(stopping)
  expect(await bot.says('deploy 3.1.3')).toBe('')
  await bot.nextStop()
  expect(await bot.says('deploy 3.1.4')).toBe('')
  expect(await bot.says('deploy 3.2.0')).toBe('')
  await firstCard(
    bot,
    2,
    'Place            2: one deployment of Harbour at a time, and #1 (3.1.3+001, stopped) is before it',
    'Starts           not known: #1 is stopped until a person goes on or ends it;',
    'To take it back  /cancel #2',
  )
  await firstCard(bot, 3, 'and #1 (3.1.3+001, stopped) and #2 (3.1.4+001, queued) are before it')
  expect(await bot.says('status #2')).toMatch(/^-- #2: Harbour 3\.1\.4\+001 waits for its turn\n {2}Not begun\./)

  await bot.says('cancel #1')
  expect(bot.read(await bot.nextStop())).toMatch(/^!! #2: Harbour 3\.1\.4\+001 stopped: Package on the AUR\n/)
  await firstCard(bot, 2, 'behind #1, started ')
  await firstCard(bot, 3, 'Place            2: ')
  expect(bot.thread().some(({ key }) => key === '3/progress')).toBe(false)

  await bot.says('cancel #2')
  expect(bot.read(await bot.nextStop())).toMatch(/^!! #3: /)
  await bot.says('cancel')
})

/** Resolves once the first card of a deployment says all of that. */
async function firstCard(bot: TestBot, number: number, ...words: readonly string[]): Promise<void> {
  await bot.until(({ key, card }) => key === `${number}/first` && words.every((each) => bot.read(card).includes(each)))
}

test('one that waits can be taken back, and the next one moves up', async () => {
  const bot = await grounds.startBot(stopping)
  await bot.says('deploy 3.1.3')
  await bot.nextStop()
  await bot.says('deploy 3.1.4')
  await bot.says('deploy 3.2.0')
  await bot.says('cancel #2')
  await bot.bot.ended(2)
  await bot.says('cancel #1')
  expect(bot.read(await bot.nextStop())).toMatch(/^!! #3: /)
  expect(bot.thread().some(({ key }) => key === '2/progress')).toBe(false)
  await bot.says('cancel #3')
})

test('two projects are deployed side by side', async () => {
  const bot = await grounds.startBot((configuration) => {
    const { harbour } = stopping(configuration).projects
    return { ...configuration, projects: { harbour, pier: pierBeside(harbour) } }
  })
  expect(await bot.says('deploy 3.1.3 --project harbour')).toBe('')
  expect(await bot.says('deploy 3.1.3 --project pier')).toBe('')
  const stops = [bot.read(await bot.nextStop()), bot.read(await bot.nextStop())].sort()
  expect(stops.map((card) => card.split(' stopped')[0])).toEqual(['!! #1: Harbour 3.1.3+001', '!! #2: Pier 3.1.3+001'])
  expect(await bot.says('cancel')).toBe(`!! It is not clear which deployment you mean.
  Several are open, and a wrong guess could end or repeat the wrong one.

  - #1: Harbour 3.1.3+001, stopped
  - #2: Pier 3.1.3+001, stopped

  Send the command again with the number of the one you mean.`)
  expect(await bot.says('cancel #1')).toBe('')
  expect(await bot.says('cancel #2')).toBe('')
})
