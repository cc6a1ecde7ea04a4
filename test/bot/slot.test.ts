import { expect, test } from 'vitest'
import { person, project } from '../release/sample.ts'
import { fakeBot } from './fake-bot.ts'

const MINUTE = 60_000
const [ana, eve] = [person('ana'), person('eve')]
const owned = { ...project, access: { ...project.access, deploy: 'everyone', admin: ['owners'] } } as typeof project
const {
  aur: _,
  vps: __,
  ...plain
} = {
  ...owned,
  roles: {
    ...project.roles,
    owners: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['ana'] },
  },
}

/** A step that was cancelled and does not come to its end, as one whose program cannot be ended. */
async function stuck() {
  const bot = await fakeBot({ projects: [plain], deaf: true })
  await bot.says('deploy 3.1.3', { actor: ana })
  await bot.says('deploy 3.1.4', { actor: ana })
  return bot
}

test('a slot is freed by an admin alone, after a cancel and ten minutes, and the next deployment then begins', async () => {
  const bot = await stuck()
  const free = (actor = ana) => bot.says('cancel #1 --free', { actor })
  expect(await free()).toContain('was not cancelled')
  await bot.says('cancel #1', { actor: ana })
  expect(await free()).toContain('cannot be freed yet')
  await bot.passes(10 * MINUTE)
  expect(await free(eve)).toContain('eve may not administer')
  expect(bot.deployments().map(({ status }) => status)).toEqual(['running', 'queued'])
  expect(await free()).toBe('')
  expect(bot.deployments().map(({ status }) => status)).toEqual(['cancelled', 'running'])
  expect(bot.post('1/result')).toContain('ana freed the slot of #1')
  expect(await free()).toContain('#1 has already ended')
})

test('a cancel reaches a build that waits for a core, and its project is free at once', async () => {
  const other = { ...plain, name: 'other', title: 'Other' }
  const bot = await fakeBot({ projects: [plain, other], cores: 1 })
  const untilBuilds = async (number: number) => {
    const notBuilding = () =>
      bot.running().findIndex((name) => name.startsWith(`${number} `) && !name.includes(' build.'))
    while (notBuilding() >= 0) await bot.settle(notBuilding())
  }
  await bot.says(`deploy 3.1.3 --project ${plain.name}`, { actor: ana })
  await untilBuilds(1)
  const building = bot.running()
  expect(building).toEqual([expect.stringMatching(/^1 build\./)])
  await bot.says('deploy 3.1.3 --project other', { actor: ana })
  await untilBuilds(2)
  expect(bot.running()).toEqual(building)
  await bot.says('cancel #2', { actor: ana })
  expect(bot.deployments().map(({ status }) => status)).toEqual(['running', 'cancelled'])
  expect(bot.running()).toEqual(building)
  await bot.says('cancel #1', { actor: ana })
  expect(bot.running()).toEqual([])
})
