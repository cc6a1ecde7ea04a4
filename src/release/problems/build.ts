/** Failures of building, packaging and publishing. */
import type { Wording } from './wording.ts'

export const BUILD = {
  'build.clone-failed': {
    what: 'A clean clone for {target} could not be made.',
    why: "Every target is built in a clone of its own, made from the bot's clone at the release commit.",
    remedy: 'See the lines below, often the disk is full; then retry.',
    copy: 'retry',
  },
  'build.clean-failed': {
    what: 'Cleaning before the build of {target} failed: {command} ended with {code}.',
    why: 'A build that does not start clean may carry files of an earlier version.',
    remedy: 'Run the command in a fresh clone, fix what it says, push the fix, then retry.',
    copy: 'retry',
  },
  'build.failed': {
    what: 'The build of {target} failed: {command} ended with {code}.',
    why: 'Nothing of it was submitted to the AUR, and no server was switched.',
    remedy: 'Fix the cause below, push the fix, then retry: the release commit is then made anew.',
    copy: 'retry',
  },
  'build.too-slow': {
    what: 'The build of {target} was ended: {command} ran for longer than allowed, {minutes} min.',
    why: 'A build that hangs would hold every later step.',
    remedy: 'Look at the end of the log; give it more time under deadlines in slipway.yaml when it was only slow.',
    copy: 'retry',
  },
  'build.tool-missing': {
    what: 'The program {program} for {target} is not there.',
    why: 'It was not found on the PATH that builds get; build.environment says which variables they see.',
    remedy: 'Install it for the user that builds, or add PATH to build.environment.',
    copy: 'retry',
  },
  'build.no-output': {
    what: 'The build of {target} ended well and left nothing in {output}.',
    why: 'An exit code of 0 proves nothing; without files there is nothing to ship.',
    remedy: 'Compare build.targets.{target}.output in slipway.yaml with where the build writes.',
    copy: 'retry',
  },
  'build.smoke-failed': {
    what: 'The program of {target} does not run: {command} ended with {ended}.',
    why: 'It was run in a copy beside what was built; nothing of it was submitted to the AUR, and no server was switched.',
    remedy: 'See its output below; build.targets.{target}.smoke is run in a copy of the folder that output names.',
    copy: 'retry',
  },
  'build.smoke-silent': {
    what: 'The program of {target} does not say its version: {command} named none.',
    why: 'Only the program itself proves that {version} was built.',
    remedy: 'Let build.targets.{target}.smoke name a command that prints the version.',
    copy: 'retry',
  },
  'build.program-version': {
    what: 'The build of {target} made another version: {command} says {found}, not {version}.',
    why: 'It would be released under the new number with the old program in it.',
    remedy: 'Look at where the program takes its version from, push the fix, then retry.',
    copy: 'retry',
  },
  'build.output-link': {
    what: 'The output of {target} leads out of its clone: {path} is a link.',
    why: 'What a build links to could be any file of this machine, so it is not packed.',
    remedy: 'Let the build write into a real folder, or name that folder as the output.',
    copy: 'retry',
  },
  'build.artifact-changed': {
    what: 'The file {file} is not what this deployment built.',
    why: 'Its sha256 was {sum} and is now {found}; only what was tested is shipped.',
    remedy: 'Find out who writes below the data folder, cancel this deployment and deploy again.',
    copy: 'cancel',
  },
  'build.tag-failed': {
    what: 'The tag {tag} could not be made.',
    why: "git refused it in the bot's own clone.",
    remedy: 'See the lines below; repository.tag.name in slipway.yaml has to be a name that git allows.',
    copy: 'retry',
  },
  'build.tag-elsewhere': {
    what: 'The tag {tag} is already on another commit, {commit}; the release commit is {wanted}.',
    why: 'A tag names a release for ever, and whoever fetched it would keep the old one.',
    remedy:
      'If nobody uses that tag, delete it on the origin, then retry; otherwise cancel this deployment, then deploy the next build.',
    shell: 'git push --delete {url} refs/tags/{tag}',
  },
  'build.tag-not-pushed': {
    what: 'The tag {tag} did not reach the origin: git push ended with {code}.',
    why: 'The origin was asked afterwards and does not have it.',
    remedy: 'See the lines below; a protected tag pattern or a key that may only read are the usual reasons.',
    copy: 'retry',
  },
  'build.tag-unseen': {
    what: 'The origin did not say where the tag {tag} is.',
    why: 'Without that answer a tag of somebody else could be missed.',
    remedy: 'Check the connection to the origin, then retry.',
    copy: 'retry',
    passing: true,
  },
  'build.publish-folder-missing': {
    what: 'The folder {directory} to publish into is not there.',
    why: 'It is not made, since a missing folder is often a disk that is not mounted.',
    remedy: 'Mount or make it, then retry.',
    shell: 'mkdir -p {directory}',
  },
  'build.publish-command-failed': {
    what: 'Publishing failed: {command} ended with {code}.',
    why: 'The package is not known to be public; the address {url} is asked again before anything is repeated.',
    remedy: 'Fix the cause below, then retry.',
    copy: 'retry',
  },
  'build.publish-unreachable': {
    what: 'The host {host} to publish on could not be used: {message}.',
    why: 'The package was built and is not public yet.',
    remedy: 'Check the host, its key under build.publish.ssh and that it is pinned, then retry.',
    copy: 'retry',
    passing: true,
  },
  'build.publish-name-taken': {
    what: 'The name {name} is taken where the package is published, and {url} does not answer it.',
    why: 'Published bytes never change, so an existing file is not replaced, whatever it holds.',
    remedy:
      'Look at that file. If it is a half-done upload of this deployment, remove it, then retry. Otherwise cancel this deployment, then deploy {target}.',
    copy: 'deploy {target}',
  },
  'build.address-taken': {
    what: 'The address {url} already answers with other bytes.',
    why: "Its sha256 is {found}, this package's is {sum}; people may have the other one, so it is not overwritten.",
    remedy: 'Cancel this deployment, then deploy {target}, which has an address of its own.',
    copy: 'deploy {target}',
  },
  'build.address-unclear': {
    what: 'The address {url} does not say whether it is free: {answer}.',
    why: 'Publishing without knowing could replace what people already have.',
    remedy: 'Check the download host, then retry.',
    copy: 'retry',
    passing: true,
  },
  'build.not-public': {
    what: 'The package did not appear at {url}: {answer}.',
    why: 'It was published and waited for, for {minutes} min; users would not get it either.',
    remedy: 'Open the address; if the host is only slow, retry, otherwise compare build.publish.url with the real one.',
    copy: 'retry',
    passing: true,
  },
  'build.sum-not-public': {
    what: 'The sum did not appear beside the package, at {url}: {answer}.',
    why: 'It was put there before the package and waited for, for {minutes} min; without it nobody can check what was downloaded.',
    remedy:
      'Open the address. If the host is only slow, retry; if it does not show such files, let it. If the file is gone, put {file} there, then retry.',
    copy: 'retry',
    passing: true,
  },
  'build.sum-differs': {
    what: 'The sum beside the package, at {url}, is not that of the package.',
    why: "It names {found}, this package's is {sum}: whoever checks the package by it takes it for a forgery.",
    remedy:
      'A cache may show an earlier one for a while: then retry. Otherwise find out who put it there, put {file} in its place, which this deployment made, then retry.',
    copy: 'retry',
    shell: 'curl -fsSL {url}',
  },
  'build.archive-differs': {
    what: 'The archive at {url} does not hold what the release commit {commit} holds.',
    why: 'Its sum would go into the PKGBUILD, and everybody would build from it. Times, owners and compression were not compared.',
    remedy:
      'See whether the address names the right repository and the tag {tag}, and what export-subst and export-ignore in .gitattributes do, then retry.',
    copy: 'retry',
  },
  'build.archive-failed': {
    what: 'The archive of the release commit {commit} could not be made or read: {reason}.',
    why: 'The public archive is compared with it before its sum is taken.',
    remedy: 'See the log; a full disk is the usual reason.',
    copy: 'retry',
  },
  'build.tampered': {
    what: 'The address {url} answers with other bytes than those published.',
    why: "Its sha256 is {found}, this package's is {sum}: a cache, a mirror or somebody has changed the package.",
    remedy: 'Do not ship it. Find out where the bytes come from; then cancel and deploy the next build number.',
    copy: 'cancel',
  },
} as const satisfies Record<string, Wording>
