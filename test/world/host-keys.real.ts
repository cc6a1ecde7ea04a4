/** Pinned host keys, and servers that show another one: before anything was done, and between the approval and the switch. */
import { expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { openStage } from './stage.ts'

test.each([
  ['the server', 'pier', 'The host key of pier'],
  ['the forge', 'forge', 'shows another ssh key than the pinned one'],
] as const)(
  '%s with another host key than the pinned one stops a release before anything was done',
  async (_, which, words) => {
    const stage = await openStage({
      prepare: async ({ real }) => {
        const sshd = which === 'forge' ? real.forge : real.hosts[0]?.sshd
        await sshd?.turn('other-key')
      },
    })
    await stage.asks()
    expect(await stage.stopped()).toContain(words)
    expect(await readWorld(stage.real)).toEqual(stage.before)
  },
)

test('a server that shows another host key after the approval is not touched, and the release is taken back', async () => {
  const stage = await openStage({ before: { 'vps.pull:pier 1': ({ real }) => real.turnServer('other-key') } })
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('rolled back')).toEqual([])
})
