import { execFile } from 'node:child_process'
import { appendFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { showFolder } from '../../sandbox/https.ts'
import { newKeyPair } from '../../sandbox/keys.ts'
import type { Ports } from '../../src/runners/step.ts'
import { type Grounds, openGrounds } from './house.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds()
})
afterAll(() => grounds.close())

type Harbour = Configuration['projects']['harbour']

/** One thing that is wrong before a release, in the configuration or in the world, and the card that says so. */
interface Refusal {
  readonly what: string
  readonly change?: (harbour: Harbour) => unknown
  /** What the machine of the bot answers differently. */
  readonly ports?: (ports: Ports) => Ports
  /** Breaks the world; what it returns mends it again. */
  readonly breaks?: () => Promise<() => Promise<unknown>>
  readonly card: string
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'an origin that is gone',
    breaks: async () => {
      const { folder } = grounds.world.origin
      await rename(folder, `${folder}.away`)
      return () => rename(`${folder}.away`, folder)
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Origin reachable, nothing left over
  The origin has no repository at file://WORLD/origin/harbour.git.

  It was renamed, the address is mistyped, or the key may not see it.

  - fatal: 'WORLD/origin/harbour.git' does not appear to be a git repository
  - fatal: Could not read from remote repository.
  - Please make sure you have the correct access rights
  - and the repository exists.

  Correct the address in slipway.yaml or give the key access.

  In a shell:
    git ls-remote file://WORLD/origin/harbour.git

  Whole log  DATA/logs/1/preflight.origin.1.log`,
  },
  {
    what: 'an origin that does not answer',
    change: ({ repository }) => Object.assign(repository, { url: 'https://127.0.0.1:9/harbour.git' }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Origin reachable, nothing left over
  The origin does not answer: https://127.0.0.1:9/harbour.git.

  Nothing was changed. The network or the server is the usual reason.

  - fatal: unable to access 'https://127.0.0.1:9/harbour.git/': Failed to connect to 127.0.0.1 port 9

  Check that this machine reaches it, then retry.

  Whole log  DATA/logs/1/preflight.origin.1.log`,
  },
  {
    what: 'a branch that is not there',
    change: ({ repository }) => Object.assign(repository, { branch: 'main' }),
    card: `!! #1: Harbour 3.1.3+001 stopped: 2 steps failed
  1. Origin reachable, nothing left over: The origin has no branch main.

  repository.branch in slipway.yaml names the branch that is released. The origin has these:

  - master

  Correct it in slipway.yaml, or create the branch and retry.

  In a shell:
    git ls-remote --heads file://WORLD/origin/harbour.git

  Whole log  DATA/logs/1/preflight.origin.1.log

  2. Servers and their host keys: The checkout WORLD/server/opt/harbour on pier is on master, following origin/master; it has to be on main, following origin/main.

  The deployment script's own git pull would bring something else or fail.

  Put the checkout on the release branch, then retry.

  In a shell:
    ssh -p PORT harbour@127.0.0.1 'cd WORLD/server/opt/harbour && git checkout main && git branch -u origin/main'

  Whole log  DATA/logs/1/preflight.hosts.1.log`,
  },
  {
    what: 'an origin that lets the bot read and not push',
    change: ({ repository }) => Object.assign(repository, { url: readOnlyOrigin.url }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Credentials
  The origin lets the bot read, but not push: http://127.0.0.1:PORT/harbour.git.

  The release commit and the tag have to be pushed there.

  - remote: Permission to harbour.git denied to slipway.
  - fatal: unable to access 'http://127.0.0.1:PORT/harbour.git/': The requested URL returned error: 403

  Give the account of the bot write access there, then retry.

  Whole log  DATA/logs/1/preflight.credentials.1.log`,
  },
  {
    what: 'an AUR repository that is not there',
    change: ({ aur }) => Object.assign(aur, { url: 'file:///nowhere/harbour.git' }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Credentials
  The AUR has no repository at file:///nowhere/harbour.git.

  It was renamed, the address is mistyped, or the key may not see it.

  - fatal: '/nowhere/harbour.git' does not appear to be a git repository
  - fatal: Could not read from remote repository.
  - Please make sure you have the correct access rights
  - and the repository exists.

  Correct the address in slipway.yaml or give the key access.

  In a shell:
    git ls-remote file:///nowhere/harbour.git

  Whole log  DATA/logs/1/preflight.credentials.1.log`,
  },
  {
    what: 'a tool that is missing',
    change: ({ build }) => build.clean.push(['fluter', 'clean']),
    card: `!! #1: Harbour 3.1.3+001 stopped: Tools and their versions
  fluter is not installed, or not on the PATH of the bot.

  A command in slipway.yaml starts with it.

  Install it on the machine of the bot, then retry.

  In a shell:
    apt-get install fluter  # Arch: pacman -S fluter

  Whole log  DATA/logs/1/preflight.tools.1.log`,
  },
  {
    what: 'a user for builds who does not exist',
    change: ({ build }) => Object.assign(build, { isolation: { kind: 'user', user: 'nobody-of-that-name' } }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Tools and their versions
  The user nobody-of-that-name for builds does not exist.

  build.isolation says that builds run as this user, who cannot read the keys of the bot.

  Make the user, then retry.

  In a shell:
    useradd --create-home nobody-of-that-name

  Whole log  DATA/logs/1/preflight.tools.1.log`,
  },
  {
    what: 'a git that is too old, here and on the server',
    breaks: async () => {
      const git = join(grounds.world.bin, 'git')
      const real = `PATH='${process.env.PATH}' exec git "$@"`
      const old = 'case " $* " in *" --version "*) echo git version 2.30.2; exit;; esac'
      await writeFile(git, `#!/bin/sh\n${old}\n${real}\n`, { mode: 0o755 })
      return () => rm(git)
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: 2 steps failed
  1. Tools and their versions: git on the machine of the bot is 2.30.2; 2.31 or newer is needed.

  Older ones ignore the settings that pin a server to the release commit.

  Upgrade it, then retry.

  In a shell:
    apt-get install git  # Arch: pacman -S git

  Whole log  DATA/logs/1/preflight.tools.1.log

  2. Servers and their host keys: git on pier says "git version 2.30.2"; 2.31 or newer is needed.

  Only since 2.31 can the origin be pinned, which keeps everything but the release commit off the server.

  Install a newer git on the server, then retry.

  Whole log  DATA/logs/1/preflight.hosts.1.log`,
  },
  {
    what: 'a full disk, here',
    ports: (ports) => ({ ...ports, files: { ...ports.files, freeBytes: async () => 700 * 1024 ** 2 } }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Disk space
  Too little disk space on the machine of the bot: 700 MB are free in DATA, 2048 MB are needed.

  Each target is built in a clone of its own, and the package is made, downloaded and unpacked again.

  Free some space, then retry. The command shows what takes it.

  In a shell:
    du -xhd1 DATA | sort -h`,
  },
  {
    what: 'a full disk on the server',
    breaks: async () => {
      const df = join(grounds.world.bin, 'df')
      const told = `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 41152736 40946020 206716 100% /`
      await writeFile(df, `#!/bin/sh\nprintf '%s\\n' '${told}'\n`, { mode: 0o755 })
      return () => rm(df)
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Disk space
  Too little disk space on pier: 201 MB are free in WORLD/server/opt/harbour, 500 MB are needed.

  What serves now is kept beside the new release, so that going back needs no build.

  Free some space there, then retry. The command shows what takes it.

  In a shell:
    ssh -p PORT harbour@127.0.0.1 'du -xhd1 WORLD/server/opt/harbour | sort -h'`,
  },
  {
    what: 'Windows line ends in a version file',
    breaks: () => withFile('pubspec.yaml', (text) => text.replaceAll('\n', '\r\n')),
    card: `!! #1: Harbour 3.1.3+001 stopped: Version allowed
  pubspec.yaml has Windows line ends, on lines 1 to 12.

  A carriage return ends up inside the version or build number, and makepkg refuses such a file.

  Convert it to Unix line ends in a clone of the product, push that, then retry.

  In a shell:
    sed -i 's/\\r$//' pubspec.yaml

  Whole log  DATA/logs/1/preflight.version.1.log`,
  },
  {
    what: 'Windows line ends in the PKGBUILD',
    breaks: () => withFile('aur-package/PKGBUILD', (text) => text.replace(/^(source|sha256sums)=\($/gm, '$&\r')),
    card: `!! #1: Harbour 3.1.3+001 stopped: 2 steps failed
  1. Version allowed: aur-package/PKGBUILD has Windows line ends, on lines 18, 24.

  A carriage return ends up inside the version or build number, and makepkg refuses such a file.

  Convert it to Unix line ends in a clone of the product, push that, then retry.

  In a shell:
    sed -i 's/\\r$//' aur-package/PKGBUILD

  Whole log  DATA/logs/1/preflight.version.1.log

  2. PKGBUILD: aur-package/PKGBUILD has Windows line ends, on lines 18, 24.

  A carriage return ends up inside the version or build number, and makepkg refuses such a file.

  Convert it to Unix line ends in a clone of the product, push that, then retry.

  In a shell:
    sed -i 's/\\r$//' aur-package/PKGBUILD

  Whole log  DATA/logs/1/preflight.pkgbuild.1.log`,
  },
  {
    what: 'a PKGBUILD that names another version in prepare()',
    breaks: () =>
      withFile('aur-package/PKGBUILD', (text) => `${text}\nprepare() {\n    mv "harbour-3.1.2" "$pkgname"\n}\n`),
    card: `!! #1: Harbour 3.1.3+001 stopped: PKGBUILD
  PKGBUILD names other versions than 3.1.3, which a release would not change: line 40.

  Users would install a package that says one version and holds another.

  - 40: mv "harbour-3.1.2" "$pkgname"

  Write $pkgver there, push that, then retry.

  Whole log  DATA/logs/1/preflight.pkgbuild.1.log`,
  },
  {
    what: 'a package of somebody else on the AUR',
    change: ({ aur }) => Object.assign(aur, { maintainer: 'somebody' }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Package on the AUR
  The AUR package harbour is maintained by mira, not by somebody.

  The AUR would refuse the push, after everything else was built.

  Ask to become its co-maintainer, or correct aur.package or aur.maintainer in slipway.yaml.`,
  },
  {
    what: 'an AUR whose website is down',
    change: ({ aur }) => Object.assign(aur, { web: 'https://127.0.0.1:9' }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Package on the AUR
  The AUR does not answer: 127.0.0.1:9 refuses connections: connect ECONNREFUSED 127.0.0.1:9.

  Whose package harbour is could not be asked.

  It usually comes back within minutes; then retry.`,
  },
  {
    what: 'a public address that answers with bytes of somebody else',
    breaks: async () => {
      const file = join(grounds.world.published.folder, 'harbour-3.1.3-001-x86_64.tar.gz')
      await writeFile(file, 'another package')
      return () => rm(file)
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Public address still free
  The public address of the package already answers: https://127.0.0.1:PORT/harbour-3.1.3-001-x86_64.tar.gz.

  Published bytes never change, and this version was not started before, so these are not of this release.

  Find out who published there. To leave those bytes alone, cancel this deployment and deploy a version with an address of its own.

    /deploy 3.1.3+002

  Whole log  DATA/logs/1/preflight.address.1.log`,
  },
  {
    what: 'a server checkout that somebody worked in',
    breaks: async () => {
      const { directory } = grounds.world.server
      for (const name of ['pubspec.yaml', 'README.md']) await appendFile(join(directory, name), 'changed by hand\n')
      return () => git('-C', directory, 'checkout', '--quiet', '--', '.')
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Servers and their host keys
  On pier, tracked files in WORLD/server/opt/harbour were changed by hand (2).

  git pull would stop at them, or the server would serve something that is in no commit.

  - README.md
  - pubspec.yaml

  See what was changed, bring it into the repository or undo it, then retry.

  In a shell:
    ssh -p PORT harbour@127.0.0.1 'cd WORLD/server/opt/harbour && git status && git diff'

  Whole log  DATA/logs/1/preflight.hosts.1.log`,
  },
  {
    what: 'a server whose host key is not pinned',
    breaks: () => withPins(''),
    card: `!! #1: Harbour 3.1.3+001 stopped: Servers and their host keys
  The host key of pier (127.0.0.1:PORT) is not pinned; it shows FINGERPRINT.

  Slipway speaks only to servers whose key is in known_hosts, so that nobody can stand in for yours.

  Compare it with what "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" prints on the server. Only when both are the same: the command pins the key and prints its fingerprint once more; then retry.

  In a shell:
    ssh-keyscan -p PORT 127.0.0.1 | tee -a WORLD/keys/known_hosts | ssh-keygen -lf -`,
  },
  {
    what: 'a server that shows another host key than the pinned one',
    breaks: () => {
      const { host, port } = grounds.world.server
      return withPins(`[${host}]:${port} ${newKeyPair().public}\n`)
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Servers and their host keys
  The host key of pier (127.0.0.1:PORT) is not the pinned one; it now shows FINGERPRINT.

  Either the server was set up again, or somebody else answers in its place. Nothing was sent to it.

  Ask whoever runs the server. Only when they confirm the new fingerprint: the command removes the old key. Then retry: the next card says how to pin the new one.

  In a shell:
    ssh-keygen -R '[127.0.0.1]:PORT' -f WORLD/keys/known_hosts`,
  },
  {
    what: 'a server that refuses the key',
    breaks: async () => {
      await writeFile(join(grounds.folder, 'other-key'), newKeyPair().private, { mode: 0o600 })
      return async () => {}
    },
    change: ({ vps }) => {
      for (const host of vps.hosts) host.ssh.key = join(grounds.folder, 'other-key')
    },
    card: `!! #1: Harbour 3.1.3+001 stopped: Servers and their host keys
  pier refused the key for harbour@127.0.0.1.

  The configured key is not in that user's authorized_keys, or the server accepts other methods only.

  Add the public key there, or correct vps.hosts.ssh.key in slipway.yaml, then retry.

  In a shell:
    ssh -p PORT harbour@127.0.0.1`,
  },
  {
    what: 'a gate that only the requester could answer, who may not',
    change: ({ approvals }) => Object.assign(approvals, { requesterMayApprove: false }),
    card: `!! #1: Harbour 3.1.3+001 stopped: Who may answer the gates
  The gate aur-submit takes 1 to approve it, and nobody may.

  you asked for this deployment and may not approve it as well (approvals.requesterMayApprove); of the others only those under people count.

  Add people to slipway.yaml, as in the lines below.

  In slipway.yaml:
    roles:
      crew: { slack: { users: [U012AB3CD] }, discord: { users: ["334455"] }, terminal: [ana] }
    people:
      ana: { slack: U012AB3CD, discord: "334455", terminal: ana }
    projects:
      harbour:
        access: { approve: [crew] }
        # or, where one person releases alone:
        approvals: { requesterMayApprove: true }`,
  },
]

describe('the pre-flight checks stop a release at', () => {
  test.each(REFUSALS)('$what', async ({ change, ports, breaks, card }) => {
    const mend = await breaks?.()
    try {
      const changed = (configuration: Configuration) => {
        change?.(configuration.projects.harbour)
        return configuration
      }
      const bot = await grounds.startBot(changed, ports && { portsFor: (_step, real) => ports(real) })
      await bot.says('deploy 3.1.3')
      expect(bot.findings(await bot.nextStop())).toBe(card)
      await bot.says('cancel')
    } finally {
      await mend?.()
    }
  })
})

/** A web server that serves the repository for reading and answers a push as GitHub does for a key without write access. */
const readOnlyOrigin = { url: '', close: async () => {} }
beforeAll(async () => {
  const folder = join(grounds.world.origin.folder, '..')
  const show = showFolder(folder)
  await git('-C', grounds.world.origin.folder, 'update-server-info')
  const server = createServer(async (request, response) => {
    const address = new URL(request.url ?? '/', 'http://127.0.0.1')
    const isPush = address.searchParams.get('service') === 'git-receive-pack'
    const { status, type, body } = isPush
      ? { status: 403, type: 'text/plain', body: 'Permission to harbour.git denied to slipway.' }
      : await show(address)
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  readOnlyOrigin.url = `http://127.0.0.1:${port}/${basename(grounds.world.origin.folder)}`
  readOnlyOrigin.close = () => new Promise((resolve) => server.close(() => resolve()))
})
afterAll(() => readOnlyOrigin.close())

/** A colleague pushes a change of one file; mended by one more commit. */
async function withFile(path: string, change: (text: string) => string) {
  const text = await git('-C', grounds.world.origin.folder, 'show', `master:${path}`)
  await grounds.world.commitToOrigin({ [path]: change(text) }, `docs: touch ${path}`)
  return () => grounds.world.commitToOrigin({ [path]: text }, `docs: put ${path} back`)
}

async function withPins(pins: string) {
  const { knownHostsFile } = grounds.world.server
  await rename(knownHostsFile, `${knownHostsFile}.away`)
  await writeFile(knownHostsFile, pins)
  return () => rename(`${knownHostsFile}.away`, knownHostsFile)
}

async function git(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('git', args)).stdout
}
