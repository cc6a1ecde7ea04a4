import { describe, expect, test } from 'vitest'
import { homeOf } from '../../src/bot/home.ts'
import type { PlatformName } from '../../src/release/actor.ts'
import type { Place } from '../../src/release/deployment.ts'
import { problem } from '../../src/release/problems.ts'
import { fakeBot } from './fake-bot.ts'

const SHELL: Place = { platform: 'terminal', channel: 'shell' }
const TERMINAL: Place = { platform: 'terminal', channel: 'terminal' }
const ELSEWHERE: Place = { platform: 'slack', channel: 'C9' }
const BOTH = { slack: ['C1', 'C2'], discord: ['11'] }

const CASES: readonly (readonly [string, Place, readonly PlatformName[], typeof BOTH, Place])[] = [
  [
    'from a shell, in the first channel of the project',
    SHELL,
    ['terminal', 'slack'],
    BOTH,
    { platform: 'slack', channel: 'C1' },
  ],
  ['on the platform that the bot speaks', SHELL, ['discord', 'terminal'], BOTH, { platform: 'discord', channel: '11' }],
  ['on the terminal where the project has no channel', SHELL, ['slack'], { slack: [], discord: [] }, TERMINAL],
  ['on the terminal where the bot speaks nothing else', SHELL, ['terminal'], BOTH, TERMINAL],
  ['in the terminal where it was asked for', TERMINAL, ['slack', 'terminal'], BOTH, TERMINAL],
  ['in the channel where it was asked for', ELSEWHERE, ['slack', 'terminal'], BOTH, ELSEWHERE],
]
test.each(CASES)('a deployment is told %s', (_, place, platforms, channels, home) => {
  expect(
    homeOf(
      { channels },
      place,
      platforms.map((platform) => ({ platform })),
    ),
  ).toEqual(home)
})

test('a deployment that a shell asked for is written down with where it is told', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3', { place: SHELL })
  expect(bot.deployments().map(({ place }) => place)).toEqual([TERMINAL])
})

/** A release that was cancelled once its commit was pushed. */
async function cancelled() {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  while (!bot.running().some((step) => step.includes('build.'))) await bot.settle()
  await bot.says('cancel #1')
  await bot.finish()
  return bot
}

describe('where no deployment can be told', () => {
  const noHome = problem('slack.no-home', {})

  test.each(['deploy', 'deploy 3.1.4', 'rollback #1'])('%s is refused, and takes no number', async (line) => {
    const bot = await cancelled()
    expect(await bot.says(line, { noHome })).toContain('Send it in a channel, so that others can see and answer it.')
    expect(bot.deployments()).toHaveLength(1)
    await bot.says(line)
    expect(bot.deployments()).toHaveLength(line === 'deploy' ? 1 : 2)
  })

  test.each(['deploy 3.1.4 --dry-run', 'status', 'help', 'history', 'logs #1', 'rollback', 'cancel #1'])(
    '%s is answered',
    async (line) => {
      const said = await (await cancelled()).says(line, { noHome })
      expect(said).not.toBe('')
      expect(said).not.toContain('Send it in a channel')
    },
  )
})
