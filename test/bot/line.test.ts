/** What others have changed by the time that it is a deployment's turn. */
import { expect, test } from 'vitest'
import type { Project } from '../../src/release/project.ts'
import { ANA, person } from '../release/sample.ts'
import { type FakeBot, fakeBot, plain } from './fake-bot.ts'

const EVE = person('eve')

const followed = (bot: FakeBot) => bot.deployments().map(({ previous }) => previous?.release.full)

test('a release that waited follows on what was released before it, not on what was there when it was asked for', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.says('deploy 3.1.4')
  expect(followed(bot)).toEqual(['3.1.2+001', '3.1.2+001'])
  await bot.finish()
  expect(followed(bot)).toEqual(['3.1.2+001', '3.1.3+001'])
  expect(bot.post('2/first')).toContain('3.1.3+001')
  expect(await bot.says('rollback 3.1.3')).not.toContain('No way back')
})

test('one that was asked for as the release before it ended follows on that too', async () => {
  const [slow, looked] = [Promise.withResolvers<void>(), { looks: async () => {} }]
  const bot = await fakeBot({ looks: () => looked.looks() })
  await bot.says('deploy 3.1.3')
  looked.looks = () => slow.promise
  const asked = bot.says('deploy 3.1.4')
  await bot.finish()
  expect(followed(bot)).toEqual(['3.1.2+001'])
  slow.resolve()
  await asked
  expect(followed(bot)).toEqual(['3.1.2+001', '3.1.3+001'])
})

test('one that waited behind a release that came to nothing follows on what is still there', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.says('deploy 3.1.4')
  await bot.says('cancel #1')
  await bot.finish()
  expect(followed(bot)).toEqual(['3.1.2+001', '3.1.2+001'])
})

test('a rollback with a number of its own is not asked for beside a release that may change what is in use', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.finish()
  await bot.says('deploy 3.1.4')
  expect(await bot.says('rollback #1')).toContain('#2 is not over, and may still change what users have.')
  expect(bot.deployments()).toHaveLength(2)
})

test('what a cancelled release left is not taken back from under the release that came after it', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  while (!bot.running().some((step) => step.includes('build.'))) await bot.settle()
  await bot.says('cancel #1')
  await bot.finish()
  await bot.says('deploy 3.1.3')
  await bot.finish()
  expect(bot.deployments().map(({ status }) => status)).toEqual(['cancelled', 'complete'])
  expect(await bot.says('rollback #1')).toContain('#1 can no longer be taken back: #2 released 3.1.3+001 after it.')
  expect(bot.deployments()).toHaveLength(2)
})

/** A release that was cancelled once its commit was pushed, under rules that let Eve do everything; then they change. */
async function afterTheRulesChanged() {
  const granted = (account: string): Project => {
    const roles = { team: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: [account] } }
    return { ...plain, roles, access: { view: ['team'], deploy: ['team'], approve: ['team'], admin: ['team'] } }
  }
  const projects = [granted('eve')]
  const bot = await fakeBot({ projects })
  await bot.says('deploy 3.1.3', { actor: EVE })
  while (!bot.running().some((step) => step.includes('build.'))) await bot.settle()
  await bot.says('cancel #1', { actor: EVE })
  await bot.finish()
  projects.splice(0, 1, granted('ana'))
  await bot.restart()
  return bot
}

test('of a deployment that has ended nobody does or sees what the rules of today do not grant', async () => {
  const bot = await afterTheRulesChanged()
  for (const line of ['rollback #1', 'logs #1', 'timeline #1'])
    expect(await bot.says(line, { actor: EVE })).toContain('eve may not')
  expect(bot.deployments()).toHaveLength(1)
})

test('a rollback of it is a new deployment, under the rules of today', async () => {
  const bot = await afterTheRulesChanged()
  await bot.says('rollback #1', { actor: ANA })
  expect(bot.deployments()[1]).toMatchObject({ kind: 'rollback', project: { roles: { team: { terminal: ['ana'] } } } })
})
