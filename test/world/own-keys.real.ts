/** The keys that the bot logs in with: in an agent, with a passphrase, or both. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { type Agent, newKeyFile, startAgent } from './agent.ts'
import { type Grounds, openStage } from './stage.ts'

const PASSPHRASE = 'once upon a pier'
const keyOf = ({ folder }: Grounds) => join(folder, 'agent', 'id_ed25519')

/** Every server lets in a key with a passphrase, which an agent holds for whoever may ask it. */
async function lockedKey(grounds: Grounds): Promise<Agent> {
  const { real, folder } = grounds
  const agent = await startAgent(join(folder, 'agent'), real.marked)
  const key = await newKeyFile(keyOf(grounds), PASSPHRASE)
  await agent.add(key)
  await Promise.all([real.forge, ...real.hosts.map(({ sshd }) => sshd)].map((sshd) => sshd.admit(key.public)))
  return agent
}

test('keys with a passphrase release where an agent holds them, whether their file is named or not', async () => {
  const stage = await openStage({
    prepare: lockedKey,
    env: ({ socket }) => ({ SSH_AUTH_SOCK: socket }),
    change: ({ repository, aur, vps }, grounds) => {
      const { knownHosts } = aur.ssh
      aur.ssh = { knownHosts, agent: true }
      for (const place of [repository, ...vps.hosts]) place.ssh = { knownHosts, key: keyOf(grounds), agent: true }
    },
  })
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})

test('a key with a passphrase and no agent stops a release before anything was done, and says what helps', async () => {
  const stage = await openStage({
    prepare: lockedKey,
    change: ({ repository, aur, vps }, grounds) => {
      for (const { ssh } of [repository, aur, ...vps.hosts]) ssh.key = keyOf(grounds)
    },
  })
  await stage.asks()
  const said = await stage.stopped()
  expect(said).toContain('has a passphrase, which nobody is there to type')
  expect(said).toContain('ssh-add')
  expect(await readWorld(stage.real)).toEqual(stage.before)
})
