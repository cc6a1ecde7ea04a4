/** What keeps builds from being run apart from the bot. */
import type { Wording } from './wording.ts'

/** The way on where makepkg would run as root. */
export const BUILDER = {
  remedy: 'Make a user for builds and set build.isolation in slipway.yaml to kind user, user builder.',
  shell: 'useradd --create-home builder',
} as const

export const ISOLATION = {
  'preflight.makepkg-root': {
    what: 'makepkg refuses to run as root, and builds run as root here.',
    why: 'build.isolation is none, so makepkg would be started as the user of the bot.',
    ...BUILDER,
  },
  'preflight.isolation-user-missing': {
    what: 'The user {user} for builds does not exist.',
    why: 'build.isolation says that builds run as this user, who cannot read the keys of the bot.',
    remedy: 'Make the user, then retry.',
    shell: 'useradd --create-home {user}',
  },
  'preflight.isolation-no-way-in': {
    what: '{user}, who builds, cannot enter {folder}.',
    why: 'One of the folders above it is closed to others, as a home folder usually is.',
    remedy: 'Set SLIPWAY_DATA to a folder that others may pass through, such as this one, and start Slipway again.',
    shell: 'install -d -m 711 /var/lib/slipway  # then SLIPWAY_DATA=/var/lib/slipway',
  },
  'preflight.isolation-no-switch': {
    what: 'The bot cannot start a program as {user}.',
    why: 'Only root can switch to another user, and the bot runs as {self}; runuser and setpriv come with util-linux.',
    remedy: 'Start the bot as root, or set build.isolation to none where the repository is trusted with its keys.',
    shell: 'runuser -u {user} -- setpriv --no-new-privs id -u',
  },
  'preflight.isolation-together': {
    what: 'Builds cannot be given processes and a network of their own on this machine.',
    why: 'With build.isolation kind user, unshare of util-linux starts each of their commands apart, so that all of it ends with the command. Most containers do not let even root do that.',
    remedy:
      'Install util-linux 2.32 or newer, and run Slipway outside of a container or in one that may make namespaces and mount /proc; then retry. The command below shows whether it works.',
    shell: 'unshare --pid --fork --kill-child --mount-proc --net true  # has to end without a word',
  },
  'preflight.isolation-root': {
    what: 'Slipway runs as root, and build.isolation kind bubblewrap names no user.',
    why: 'What leaves bubblewrap would be root. A user of its own is a second wall.',
    remedy: 'Add user: builder to build.isolation in slipway.yaml, or start Slipway as an ordinary user.',
    shell: 'useradd --create-home builder',
  },
  'preflight.bubblewrap-missing': {
    what: 'bubblewrap is not installed, or bwrap is not on the PATH of the bot.',
    why: 'build.isolation says that builds run in it, so none is started without.',
    remedy: 'Install it on the machine of the bot, then retry.',
    shell: 'apt-get install bubblewrap  # Arch: pacman -S bubblewrap',
  },
  'preflight.bubblewrap-refused': {
    what: 'bubblewrap is installed and cannot isolate anything on this machine.',
    why: 'It needs what the machine does not let the account of the builds do: namespaces of its own, as most containers and some distributions do not by default; or a folder under build.isolation.read is not there.',
    remedy: 'Allow it as root and retry, or set build.isolation to kind user, user builder.',
    shell: '{shell}',
  },
  'preflight.isolation-refused': {
    what: 'A shell could not be started where builds run; it ended with {code}.',
    why: 'Nothing of the repository would start there.',
    remedy: 'Correct what the lines below name, then retry.',
  },
  'preflight.isolation-key': {
    what: 'What the repository executes could read {path}.',
    why: 'build.isolation is there to keep it from the keys and the data of the bot.',
    remedy: 'Close it to other users, or take its folder out of build.isolation.read; then retry.',
    shell: 'chmod -R go-rwx {path}',
  },
  'preflight.isolation-program': {
    what: '{program} is at {path}, and builds cannot see it there.',
    why: 'They see only the system, their own folders, and what build.isolation gives them.',
    remedy:
      'Move it to where every user can start it, such as /usr/local, or name its folder under build.isolation.read where builds run in bubblewrap.',
  },
} as const satisfies Record<string, Wording>
