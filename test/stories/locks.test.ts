import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { type Grounds, openGrounds } from './house.ts'

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

/** Who, when and why of the lock, and the lines of what is open, without the minutes that pass meanwhile. */
function facts(status: string): readonly string[] {
  return status.split('\n').filter((line) => /^(--|!!)|locked it|#\d/.test(line))
}

test('a lock, what is open and what is queued are the same after a restart, and whoever was refused is told', async () => {
  const bot = await grounds.startBot(stopping)
  await bot.says('deploy 3.1.3')
  await bot.nextStop()
  await bot.says('deploy 3.1.4')
  await bot.says('lock the database moves')
  const refusal = await bot.says('deploy 3.2.0')
  expect(refusal).toMatch(/^!! Harbour is locked\.\n {2}you locked it, .*: the database moves\./)
  expect(refusal).toContain('/unlock harbour-1')
  const before = await bot.says('status')
  expect(facts(before)[0]).toBe('!! #1: Harbour 3.1.3+001 is stopped')
  expect(before).toContain('- #2 Harbour 3.1.4+001: place 2:')
  expect(before).toContain('- Harbour: you locked it, ')
  await bot.stop()

  const again = await grounds.startBot(stopping, { dataFolder: bot.dataFolder })
  expect(facts(await again.says('status'))).toEqual(facts(before))
  await again.says('cancel #1')
  await again.bot.ended(1)
  expect(await again.says('status')).toMatch(/^-- #2: Harbour 3\.1\.4\+001 waits for its turn\n/)
  expect(await again.says('unlock harbour-1')).toMatch(/^-- Harbour is unlocked\n/)
  const told = await again.until(({ key }) => key.startsWith('unlocked/harbour-1/'))
  expect(again.read(told)).toContain('you wanted to deploy while it was locked.')
  expect(again.read(await again.until(({ key }) => key.startsWith('2/problems')))).toMatch(/^!! #2: Harbour 3\.1\.4/)
  await again.says('cancel #2')
})
