/** Origin and AUR over real ssh: whoever does not let the key in, or is not who is pinned, stops a release at once. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { newKeyPair } from '../../sandbox/keys.ts'
import { type Grounds, openGrounds } from './house.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds({ makepkg: 'stand-in' })
  const { host, port } = grounds.world.server
  const { folder } = grounds
  await Promise.all([
    writeFile(join(folder, 'stranger'), newKeyPair().private, { mode: 0o600 }),
    writeFile(join(folder, 'no-pins'), ''),
    writeFile(join(folder, 'other-pins'), `[${host}]:${port} ${newKeyPair().public}\n`),
  ])
})
afterAll(() => grounds.close())

type Harbour = Configuration['projects']['harbour']
type Access = { readonly key: string; readonly knownHosts: string }

const REMOTES = {
  origin: ({ repository }: Harbour, ssh: Access) =>
    Object.assign(repository, { url: overSsh(grounds.world.origin), ssh }),
  AUR: ({ aur }: Harbour, ssh: Access) => Object.assign(aur, { url: overSsh(grounds.world.aur), ssh }),
} as const

/** The server of the world lets git in as it does the bot: its account may read and write both repositories. */
function overSsh({ folder }: { readonly folder: string }): string {
  const { user, host, port } = grounds.world.server
  return `ssh://${user}@${host}:${port}${folder}`
}

function accessTo({ key, pins }: { readonly key?: string; readonly pins?: string }): Access {
  const { keyFile, knownHostsFile } = grounds.world.server
  return {
    key: key === undefined ? keyFile : join(grounds.folder, key),
    knownHosts: pins === undefined ? knownHostsFile : join(grounds.folder, pins),
  }
}

/** What stops a release that goes to the remote with this access, without the words of the ssh that is installed here. */
async function stopWith(remote: keyof typeof REMOTES, access: Parameters<typeof accessTo>[0]): Promise<string> {
  const bot = await grounds.startBot((configuration) => {
    REMOTES[remote](configuration.projects.harbour, accessTo(access))
    // Not ours on the AUR, so that it stops in any case.
    configuration.projects.harbour.aur.maintainer = 'somebody'
    return configuration
  })
  await bot.says('deploy 3.1.3')
  const card = bot.findings(await bot.nextStop())
  await bot.says('cancel')
  expect(card).not.toContain('\\x0d')
  return card.replaceAll(grounds.folder, 'FOLDER').replace(/(\n {2}- .+)+/g, '\n  - WORDS OF SSH')
}

const NOT_OURS = `Package on the AUR: The AUR package harbour is maintained by mira, not by somebody.

  The AUR would refuse the push, after everything else was built.

  Ask to become its co-maintainer, or correct aur.package or aur.maintainer in slipway.yaml.`

/** The card of two findings: the first one is about the remote. */
const both = (finding: string, step: string) => `!! #1: Harbour 3.1.3+001 stopped: 2 steps failed
  1. ${finding}

  Whole log  DATA/logs/1/preflight.${step}.1.log

  2. ${NOT_OURS}`

describe.each([
  ['origin', 'Origin reachable, nothing left over: The origin', 'origin'],
  ['AUR', 'Credentials: The AUR', 'credentials'],
] as const)('over ssh, the %s', (remote, name, step) => {
  test('lets the right key in, so that nothing of it stands on the card', async () => {
    expect(await stopWith(remote, {})).toContain('!! #1: Harbour 3.1.3+001 stopped: Package on the AUR\n')
  })

  test('that refuses the key stops a release', async () => {
    expect(await stopWith(remote, { key: 'stranger' })).toBe(
      both(
        `${name} refused the key or password: ssh://harbour@127.0.0.1:PORTWORLD/${remote.toLowerCase()}/harbour.git.

  The key is not registered there, is locked by a passphrase, or is not the one that is configured.

  - WORDS OF SSH

  Register the public key FOLDER/stranger.pub there, then retry.`,
        step,
      ),
    )
  })

  test('whose host key is not pinned stops a release', async () => {
    expect(await stopWith(remote, { pins: 'no-pins' })).toBe(
      both(
        `${name} is on a host whose ssh key is not pinned: [127.0.0.1]:PORT.

  An unknown host could be anybody, so it is not talked to.

  - WORDS OF SSH

  The command shows its fingerprint and pins it: compare the fingerprint with a published one, then retry.

  In a shell:
    ssh-keyscan -p PORT 127.0.0.1 | tee -a FOLDER/no-pins | ssh-keygen -lf -`,
        step,
      ),
    )
  })

  test('that shows another host key than the pinned one stops a release', async () => {
    expect(await stopWith(remote, { pins: 'other-pins' })).toBe(
      both(
        `${name} is on a host that shows another ssh key than the pinned one: [127.0.0.1]:PORT.

  Somebody may be in between, or the server was made anew; either way everything stops here.

  - WORDS OF SSH

  Ask its owner. Only when the new key is theirs, remove the old one with the command and pin the new one.

  In a shell:
    ssh-keygen -R '[127.0.0.1]:PORT' -f FOLDER/other-pins`,
        step,
      ),
    )
  })
})
