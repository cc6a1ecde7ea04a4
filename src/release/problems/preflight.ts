/** What the pre-flight checks find. */
import type { Wording } from './wording.ts'

export const PREFLIGHT = {
  'preflight.remote-unreachable': {
    what: '{name} does not answer: {url}.',
    why: 'Nothing was changed. The network or the server is the usual reason.',
    remedy: 'Check that this machine reaches it, then retry.',
    copy: 'retry',
    passing: true,
  },
  'preflight.remote-host-key-unknown': {
    what: '{name} is on a host whose ssh key is not pinned: {known}.',
    why: 'An unknown host could be anybody, so it is not talked to.',
    remedy: 'The command shows its fingerprint and pins it: compare the fingerprint with a published one, then retry.',
    shell: 'ssh-keyscan -p {port} {host} | tee -a {file} | ssh-keygen -lf -',
  },
  'preflight.remote-host-key-changed': {
    what: '{name} is on a host that shows another ssh key than the pinned one: {known}.',
    why: 'Somebody may be in between, or the server was made anew; either way everything stops here.',
    remedy: 'Ask its owner. Only when the new key is theirs, remove the old one with the command and pin the new one.',
    shell: 'ssh-keygen -R {known} -f {file}',
  },
  'preflight.remote-refused-key': {
    what: '{name} refused the key or password: {url}.',
    why: 'The key is not registered there, is locked by a passphrase, or is not the one that is configured.',
    remedy: 'Register {key} there, then retry.',
    copy: 'retry',
  },
  'preflight.remote-missing': {
    what: '{name} has no repository at {url}.',
    why: 'It was renamed, the address is mistyped, or the key may not see it.',
    remedy: 'Correct the address in slipway.yaml or give the key access.',
    shell: 'git ls-remote {url}',
  },
  'preflight.remote-read-only': {
    what: '{name} lets the bot read, but not push: {url}.',
    why: 'The release commit and the tag have to be pushed there.',
    remedy: 'Give {key} write access there, then retry.',
    copy: 'retry',
  },
  'preflight.remote-failed': {
    what: 'Asking {name} failed: {url}.',
    why: 'git ended with {code}; its own words are below.',
    remedy: 'Run the command by hand to see more.',
    shell: 'git ls-remote {url}',
  },
  'preflight.branch-missing': {
    what: 'The origin has no branch {branch}.',
    why: 'repository.branch in slipway.yaml names the branch that is released. The origin has these:',
    remedy: 'Correct it in slipway.yaml, or create the branch and retry.',
    shell: 'git ls-remote --heads {url}',
  },
  'preflight.clone-failed': {
    what: "The bot's own clone could not be brought to the head of {branch}.",
    why: 'It was made again from nothing, and that failed as well: {command} ended with {code}.',
    remedy: 'See the lines below; a full disk or wrong permissions in {folder} are the usual reasons.',
    copy: 'retry',
  },

  'preflight.tool-missing': {
    what: '{program} is not installed, or not on the PATH of the bot.',
    why: '{purpose}',
    remedy: 'Install it on the machine of the bot, then retry.',
    shell: '{install}',
  },
  'preflight.tool-too-old': {
    what: '{program} on {where} is {found}; {needed} or newer is needed.',
    why: 'Older ones ignore the settings that pin a server to the release commit.',
    remedy: 'Upgrade it, then retry.',
    shell: '{install}',
  },

  'preflight.sftp-unusable': {
    what: 'The host {host} to publish on cannot be used: {message}.',
    why: 'The package would be built and could not be made public.',
    remedy: 'Check the host, the user {user} and the key under build.publish.ssh in slipway.yaml, then retry.',
    copy: 'retry',
  },
  'preflight.sftp-folder-missing': {
    what: 'The folder {directory} to publish into is not there on {host}.',
    why: 'It is not made, since a missing folder is often a mistyped one.',
    remedy: 'Make it or correct build.publish.directory in slipway.yaml, then retry.',
    copy: 'retry',
  },

  'preflight.disk-full': {
    what: 'Too little disk space on the machine of the bot: {free} are free in {folder}, {needed} are needed.',
    why: 'Each target is built in a clone of its own, and the package is made, downloaded and unpacked again.',
    remedy: 'Free some space, then retry. The command shows what takes it.',
    shell: 'du -xhd1 {folder} | sort -h',
  },
  'preflight.server-disk-full': {
    what: 'Too little disk space on {name}: {free} are free in {folder}, {needed} are needed.',
    why: 'What serves now is kept beside the new release, so that going back needs no build.',
    remedy: 'Free some space there, then retry. The command shows what takes it.',
    shell: "ssh -p {port} {user}@{address} 'du -xhd1 {folder} | sort -h'",
  },

  'preflight.version-lower': {
    what: '{version} is lower than {released}, which is released.',
    why: 'Deployments only go up; going back is a rollback, which restores what served before.',
    remedy: 'Cancel this deployment, then roll back or deploy a higher version.',
    copy: 'deploy patch',
  },
  'preflight.version-released': {
    what: '{version} is already released ({source}).',
    why: 'What was published under a version never changes.',
    remedy: 'Cancel this deployment and deploy the next build or version.',
    copy: 'deploy {suggestion}',
  },
  'preflight.version-spent': {
    what: '{version} was published, and then a rollback took it back or tried to.',
    why: 'What was published under a version never changes, and its release commit may be gone.',
    remedy: 'Cancel this deployment and deploy the next build or version.',
    copy: 'deploy {suggestion}',
  },
  'preflight.version-file-missing': {
    what: 'The version file {file} is not an ordinary file of the branch.',
    why: 'slipway.yaml names it, so the release would leave a wrong version in it. It is missing, not tracked, or a link.',
    remedy: 'Add it to the branch, or correct its path under version in slipway.yaml.',
    copy: 'retry',
  },
  'preflight.version-file-encoding': {
    what: '{file} is not UTF-8 text.',
    why: 'Rewriting it would change bytes that have nothing to do with the version.',
    remedy: 'Convert it to UTF-8, commit and push it, then retry.',
    copy: 'retry',
  },
  'preflight.version-ahead': {
    what: 'The branch already says {found} in {file}; {version} is to be deployed.',
    why: 'Setting a lower version than the branch has would take back what somebody started.',
    remedy: 'Cancel this deployment, then deploy {found}, or set the file back on the branch and retry.',
    copy: 'deploy {found}',
  },

  'preflight.lfs-pointers': {
    what: 'These files of the branch are in git LFS, and a build would get pointers in their place: {files}.',
    why: 'A build has no remote and no configuration of yours, so it would ship texts of about 130 bytes, and every version check would pass.',
    remedy:
      'Let build.clean fetch them, by git remote add, git lfs install --local and git lfs pull, from an address that takes no key; or take them out of LFS and push. Then retry.',
    copy: 'retry',
    shell: 'git lfs ls-files',
  },
  'preflight.lfs-unread': {
    what: 'Whether files of the branch are in git LFS could not be told: git grep ended with {code}.',
    why: 'A build would get pointers in their place, and every version check would pass.',
    remedy: 'See the lines below, often the disk is full; then retry.',
    copy: 'retry',
  },

  'preflight.pkgbuild-missing': {
    what: 'There is no {file} on the branch.',
    why: 'aur.directory in slipway.yaml names the folder that holds PKGBUILD.',
    remedy: 'Add it, or correct aur.directory, then retry.',
    copy: 'retry',
  },
  'preflight.pkgbuild-companion': {
    what: 'PKGBUILD needs {file}, which is not on the branch.',
    why: 'The AUR refuses a package without the files that its install=, changelog= and sources name.',
    remedy: 'Add the file, or take its name out of PKGBUILD, push, then retry.',
    copy: 'retry',
  },

  'preflight.aur-not-ours': {
    what: 'The AUR package {name} is maintained by {maintainer}, not by {ours}.',
    why: 'The AUR would refuse the push, after everything else was built.',
    remedy: 'Ask to become its co-maintainer, or correct aur.package or aur.maintainer in slipway.yaml.',
    copy: 'retry',
  },
  'preflight.aur-silent': {
    what: 'The AUR does not answer: {answer}.',
    why: 'Whose package {name} is could not be asked.',
    remedy: 'It usually comes back within minutes; then retry.',
    copy: 'retry',
    passing: true,
  },

  'preflight.address-taken': {
    what: 'The public address of the package already answers: {url}.',
    why: 'Published bytes never change, and this version was not started before, so these are not of this release.',
    remedy:
      'Find out who published there. To leave those bytes alone, cancel this deployment and deploy a version with an address of its own.',
    copy: 'deploy {target}',
  },
  'preflight.address-unclear': {
    what: 'The public address {url} does not say whether it is free: {answer}.',
    why: 'Only "not found" (404 or 410) means free; anything else could be bytes that people already have.',
    remedy: 'Check the address with the command, then retry.',
    shell: 'curl -I {url}',
    passing: true,
  },

  'preflight.host-shell': {
    what: 'The login shell of {user} on {name} does not take arguments as they are sent.',
    why: 'A string with quotes, spaces and line ends came back changed, so commands could be changed as well.',
    remedy: 'Give the user a POSIX shell that prints nothing at login, then retry.',
    shell: "ssh -p {port} {user}@{host} 'sudo chsh -s /bin/sh {user}'",
  },
  'preflight.host-jobs': {
    what: 'On {name}, {user} cannot start a script that outlives the connection, and follow it.',
    why: 'The deployment script would be sent there after the package is public, and nobody would see how it ends.',
    remedy:
      'Install what is missing there: setsid of util-linux; nohup, tail, head and wc of coreutils; sed. Then retry. The command shows which is there.',
    shell: "ssh -p {port} {user}@{host} 'type setsid nohup tail head wc sed'",
  },

  'preflight.baseline-unread': {
    what: 'What is released could not be read anywhere.',
    why: 'No deployment is recorded yet, the tags could not be read, and neither the AUR nor the server names a version.',
    remedy: 'Check the connections below, then ask again; an exact version can be typed meanwhile.',
    copy: 'deploy patch',
    passing: true,
  },

  'preflight.gate-nobody': {
    what: 'The gate {gate} takes {needed} to approve it, and {have} may.',
    why: '{reason}',
    remedy: 'Add people to slipway.yaml, as in the lines below.',
  },
} as const satisfies Record<string, Wording>
