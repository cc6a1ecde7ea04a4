/** What a person gets who asks for less than a whole command. */
import { expect, test } from 'vitest'
import { fakeBot, plain } from './fake-bot.ts'

test('deploy without a version keeps the options: a dry run never offers a release', async () => {
  const bot = await fakeBot()
  const offered = await bot.says('deploy --dry-run --notes "two words"')
  expect(offered).toContain('A dry run of which version of Harbour?')
  const commands = offered.split('\n').filter((line) => line.includes('/deploy 3'))
  expect(commands.length).toBeGreaterThan(2)
  for (const line of commands) expect(line).toMatch(/\/deploy 3\S+ --dry-run --notes "two words"$|\/deploy 4\S+ --dry/)
  expect(await bot.says('deploy')).toContain('/deploy 3.1.3+001\n')
  expect(bot.deployments()).toEqual([])
})

test.each([
  ['verify 3.1', '/verify 3.1.0'],
  ['verify nothing', '/verify'],
  ['verify 3.1.3+x', '/verify 3.1.3'],
])('%s is answered with another look, and never with a release', async (typed, instead) => {
  const said = await (await fakeBot()).says(typed)
  expect(said).toContain('is not a version')
  expect(said.trimEnd().split('\n').at(-1)?.trim()).toBe(instead)
  expect(said).not.toContain('deploy')
})

test.each(['rollback #1', 'rollback 1', 'rollback 3.1.2', 'rollback 1 --only git'])(
  '%s of what changed no server and nothing on the AUR is refused, and takes no number',
  async (typed) => {
    const bot = await fakeBot({ projects: [plain] })
    await bot.says('deploy 3.1.3')
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete'])
    expect(await bot.says(typed)).toContain('#1 has nothing that can be rolled back now.')
    expect(bot.deployments()).toHaveLength(1)
  },
)

test('unlock takes a word that names no lock here for a lock, not for a project', async () => {
  const bot = await fakeBot()
  await bot.says('lock')
  const said = await bot.says('unlock nothing-9')
  expect(said).toContain('nothing-9')
  expect(said).not.toContain('no project')
})

test('deploy on a disk that is full is told as that, not as a fault of Slipway, and nothing begins', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const bot = await fakeBot({ journal: { nextNumber: () => Promise.reject(full) } })
  const said = await bot.says('deploy 3.1.3')
  expect(said).toContain('has no room left')
  expect(said).toContain('no space left on device')
  expect(said).not.toContain('fault of its own')
  expect(bot.deployments()).toEqual([])
})
