/** How a command that executes repository content is started: as another user, in bubblewrap, or plainly where the configuration says none. */
import type { Isolation } from '../release/project.ts'

/** What such a command may reach. */
export interface Reach {
  /** Absolute; beside HOME the one folder that it may write. Another user writes what is theirs. */
  readonly writes: string
  readonly network: boolean
}

export interface Place {
  /** HOME of everything that is isolated. */
  readonly home: string
  /** Where the command starts; the folder that it may write when left out. */
  readonly cwd?: string
}

/** The account of this machine that isolated commands run as; undefined where it is the bot's own. */
export function builderOf(isolation: Isolation): string | undefined {
  return isolation.kind === 'none' ? undefined : isolation.user
}

/** Wraps an argument list for an isolation. The environment is handed over by the caller. */
export function isolate(
  argv: readonly string[],
  isolation: Isolation,
  reach: Reach,
  { home, cwd = reach.writes }: Place,
): readonly string[] {
  if (isolation.kind === 'none') return argv
  const as = isolation.user === undefined ? [] : becoming(isolation.user, home)
  if (isolation.kind === 'user') return [...APART, ...(reach.network ? [] : ['--net']), '--', ...as, ...argv]
  const cell = [...ALONE, ...(reach.network ? [] : ['--unshare-net']), ...mounts(isolation.read, reach.writes, home)]
  return [...as, 'bwrap', ...cell, '--chdir', cwd, '--', ...argv]
}

/**
 * HOME is set again, because runuser replaces it. `setpriv --no-new-privs`: nothing started from here gains rights back
 * through a set-uid program.
 */
export function becoming(user: string, home: string): readonly string[] {
  return ['runuser', '-u', user, '--', 'setpriv', '--no-new-privs', 'env', `HOME=${home}`]
}

/** Processes of its own, as root before the user changes: all of them end with the command, whatever they clear. */
const APART = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Users, processes and a host name of its own, without the terminal, ended with the bot. It is nobody in there. */
const ALONE = [
  ...['--unshare-user', '--uid', '65534', '--gid', '65534'],
  ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--die-with-parent', '--new-session'],
]

/** What programs need of the system and nothing that holds a key: of /etc only names, certificates and packaging. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/var/lib/pacman'],
  ...['passwd', 'group', 'hosts', 'resolv.conf', 'nsswitch.conf', 'host.conf', 'gai.conf', 'services', 'protocols'].map(
    etc,
  ),
  ...['ssl', 'pki', 'ca-certificates', 'ca-certificates.conf', 'crypto-policies'].map(etc),
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime', 'locale.conf', 'fonts'].map(etc),
  ...['makepkg.conf', 'makepkg.conf.d', 'makepkg.d', 'pacman.conf', 'pacman.d/mirrorlist'].map(etc),
]

function etc(name: string): string {
  return `/etc/${name}`
}

/** An empty root with the system read-only in it; what is not named here is not there. */
function mounts(read: readonly string[], writes: string, home: string): readonly string[] {
  return [
    ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/var/tmp', '--dir', '/run'],
    ...SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]),
    ...read.flatMap((path) => ['--ro-bind', path, path]),
    ...['--bind', home, home, '--bind', writes, writes],
    ...['--remount-ro', '/'],
  ]
}

/** What root could change of the whole machine from within, even without any of root's capabilities. */
const SETTINGS = ['sys', 'sysrq-trigger', 'irq', 'bus'].map((name) => `/proc/${name}`)
