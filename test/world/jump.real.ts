/** A way that leads through a jump host, for git and for the server: each host on it is pinned, and there is no way around. */
import { appendFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import type { Sshd } from './sshd.ts'
import { openStage, type Stage } from './stage.ts'

/** Everything is reached through a jump host that lets in the same keys; `turn` is what becomes of it before the bot starts. */
function openStageBehind(turn: (jump: Sshd) => unknown, pin: (jump: Sshd) => string): Promise<Stage<Sshd>> {
  return openStage<Sshd>({
    prepare: async ({ real }) => {
      const jump = await real.addSshd('jump')
      await jump.admit(real.forge.publicKey, ...real.hosts.map(({ sshd }) => sshd.publicKey))
      await turn(jump)
      return jump
    },
    change: ({ repository, aur, vps }, { prepared: jump }) => {
      const { user, host, port } = jump
      for (const { ssh } of [repository, aur, ...vps.hosts]) ssh.jump = `${user}@${host}:${port}`
      appendFileSync(repository.ssh.knownHosts, pin(jump))
    },
  })
}

const pinned = (jump: Sshd) => jump.pin()
const asItIs = () => undefined

test('a release passes through a jump host', async () => {
  const stage = await openStageBehind(asItIs, pinned)
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})

test.each([
  {
    what: 'is away',
    turn: (jump: Sshd) => jump.turn('away'),
    pin: pinned,
    words: ['pier’s jump host', 'cannot be reached', 'The origin does not answer'],
  },
  {
    what: 'is not pinned',
    turn: asItIs,
    pin: () => '',
    words: ['The host key of pier’s jump host', 'is not pinned', 'The origin is on a host whose ssh key is not pinned'],
  },
  {
    what: 'shows another key than the pinned one',
    turn: (jump: Sshd) => jump.turn('other-key'),
    pin: pinned,
    words: ['The host key of pier’s jump host', 'is not the pinned one', 'shows another ssh key than the pinned one'],
  },
])('a jump host that $what stops a release before anything was done', async ({ turn, pin, words }) => {
  const stage = await openStageBehind(turn, pin)
  await stage.asks()
  const said = await stage.stopped()
  for (const each of words) expect(said).toContain(each)
  expect(await readWorld(stage.real)).toEqual(stage.before)
})
