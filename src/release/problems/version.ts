/** Failures of the version phase. */
import type { Wording } from './wording.ts'

export const VERSION = {
  'version.carriage-returns': {
    what: '{file} has Windows line ends, on {lines}.',
    why: 'A carriage return ends up inside the version or build number, and makepkg refuses such a file.',
    remedy: 'Convert it to Unix line ends in a clone of the product, push that, then retry.',
    shell: "sed -i 's/\\r$//' {file}",
    copy: 'retry',
  },
  'version.unreadable': {
    what: '{file} names no version that can be read: {found}.',
    why: 'The version is expected as {expected}.',
    remedy: 'Put it there, or correct the entry of this file in slipway.yaml.',
  },
  'version.place-missing': {
    what: '{file} has no place for {place}.',
    why: 'The configuration says that this file names the version there.',
    remedy: 'Add it to the file, or correct the entry of this file in slipway.yaml.',
  },
  'version.place-several': {
    what: '{file} has {count} places for {place}, on lines {lines}.',
    why: 'Only one of them can be meant, and a guess could change the wrong one.',
    remedy: 'Make the pattern longer until it fits once, or remove the others from the file.',
  },
  'version.pattern-placeholder': {
    what: 'The pattern "{pattern}" for {file} does not have exactly one placeholder.',
    why: 'One of version, full and build, in braces, marks the text that changes.',
    remedy: 'Write the pattern with one placeholder.',
  },
  'version.json-syntax': {
    what: '{file} is not JSON: line {line} cannot be read.',
    why: 'Its version can only be set in a file that programs can read too.',
    remedy: 'Correct the file and push that.',
  },
  'version.build-missing': {
    what: '{file} wants a build number, and {full} has none.',
    why: 'The file and the version of this project do not go together.',
    remedy: 'Give the version file a build number, as in 3.1.3+001, or take {placeholder} out of slipway.yaml.',
  },
  'version.pkgbuild-too-long': {
    what: 'PKGBUILD has {length} characters.',
    why: 'The AUR takes no file over {longest} bytes.',
    remedy: 'Shorten it.',
  },
  'version.pkgbuild-unclosed': {
    what: 'PKGBUILD cannot be read: {token} on line {line} is never closed.',
    why: 'makepkg would stop at the same place.',
    remedy: 'Close it and push that.',
    shell: 'bash -n PKGBUILD',
  },
  'version.pkgbuild-stray': {
    what: 'PKGBUILD cannot be read: {token} on line {line} closes nothing.',
    why: 'makepkg would stop at the same place.',
    remedy: 'Remove it, or open what it closes, and push that.',
    shell: 'bash -n PKGBUILD',
  },
  'version.pkgbuild-escapes': {
    what: "PKGBUILD has a value written as $'...' on line {line}.",
    why: 'Its text can hide behind escapes, so it is not edited.',
    remedy: 'Write the value with plain quotes.',
  },
  'version.pkgbuild-assignment': {
    what: 'PKGBUILD sets {name} in a way that cannot be edited: {found}.',
    why: 'It has to be set once, at the top level, to a value that is written out.',
    remedy: 'Write it as one line, {name}=VALUE.',
  },
  'version.pkgbuild-function': {
    what: 'PKGBUILD has a pkgver() function, on line {line}.',
    why: 'makepkg would replace the version of this release with what the function prints.',
    remedy: 'Remove the function; the version is set by the release.',
  },
  'version.pkgbuild-no-entry': {
    what: 'No source of PKGBUILD is the published package.',
    why: 'Its address is {url}, and the sources are others.',
    remedy: 'Name that address in source=, or correct publish.url in slipway.yaml.',
  },
  'version.pkgbuild-several-entries': {
    what: 'PKGBUILD names the published package more than once, on lines {lines}.',
    why: 'Only one entry can be given the new address and sum.',
    remedy: 'Leave one of them.',
  },
  'version.pkgbuild-count': {
    what: '{array} has {sources} entries and {sums} has {count}.',
    why: 'Sources and sums pair up by their place, so which sum is that of the package cannot be told.',
    remedy: 'Give every source its sum, in the same order.',
  },
  'version.pkgbuild-sums': {
    what: 'The package on line {line} of PKGBUILD is summed with {found}, and not with {wanted} alone.',
    why: 'Only the sha256 of the package is set by a release; any other sum would go stale.',
    remedy: 'Use {wanted} and no other sums for it.',
  },
  'version.pkgbuild-expansion': {
    what: '{array} has an entry on line {line} that may stand for several.',
    why: 'Sources and sums pair up by their place, which only bash could count here.',
    remedy: 'Write every entry out, in quotes.',
  },
  'version.pkgbuild-skip': {
    what: 'The sum of the package on line {line} of PKGBUILD is SKIP.',
    why: 'Whoever installs it would not notice a changed download.',
    remedy: 'Write the sha256 of the package there.',
  },
  'version.pkgbuild-name': {
    what: 'PKGBUILD does not make {packageName}: its pkgbase is {base}, its pkgname {names}.',
    why: 'The AUR takes a package only into the repository of its pkgbase, and {packageName} is what is tested and asked for there.',
    remedy: 'Correct pkgbase and pkgname in the PKGBUILD and push that, or aur.package in slipway.yaml; then retry.',
    copy: 'retry',
  },
  'version.pkgbuild-other-source': {
    what: 'PKGBUILD has sources of another architecture whose address follows the version: line {lines}.',
    why: 'A release sets the sum of its package alone. These would be new downloads with the sums of the version before, which nobody could install.',
    remedy:
      'Slipway publishes one package: take the other architecture out; or write the address without the version, or SKIP for its sum. Push that, then retry.',
    copy: 'retry',
  },
  'version.pkgbuild-other-version': {
    what: 'PKGBUILD names other versions than {pkgver}, which a release would not change: line {lines}.',
    why: 'Users would install a package that says one version and holds another.',
    remedy: 'Write $pkgver there, push that, then retry.',
    copy: 'retry',
  },
  'version.search-failed': {
    what: 'The search for the old version {version} could not be made.',
    why: 'git ended with {code}, so what still names the old version is not known.',
    remedy: 'See the lines below, then retry.',
    copy: 'retry',
  },
  'version.old-left': {
    what: 'The old version {version} is still named in the files ({count}).',
    why: 'version.strict is set, so nothing is released while files name two versions.',
    remedy:
      'Correct the files and push them; or add them to version.sync, or to version.allow where they may go on naming it, in slipway.yaml.',
    copy: 'retry',
  },
  'version.commit-failed': {
    what: 'The release commit could not be made.',
    why: 'git ended with {code} in the clone of the bot; nothing was pushed.',
    remedy: 'See the lines below, often the disk is full; then retry.',
    copy: 'retry',
  },
  'version.other-changes': {
    what: 'The clone of the bot has changes that are not of the version files: {folder}.',
    why: 'The release commit holds exactly the version files, so nothing was committed.',
    remedy: 'Nobody should work in this folder. Retry: it is reset to the branch first.',
    copy: 'retry',
  },
  'version.push-protected': {
    what: 'The origin does not let the bot push to {branch}.',
    why: 'The branch is protected, or a rule of the origin refuses the commit; its own words are below. Nothing was changed.',
    remedy: 'Allow the account of the key to push to {branch} in the settings of the repository, then retry.',
    copy: 'retry',
  },
  'version.push-failed': {
    what: 'The release commit did not reach {branch} at {url}: git push ended with {code}.',
    why: 'The origin was asked afterwards and does not have it.',
    remedy: 'See the lines below, then retry.',
    copy: 'retry',
  },
  'version.push-overtaken': {
    what: 'Somebody else pushed to {branch} each time the bot did, {tries} times.',
    why: 'The release commit is never forced over the work of others, so it was made anew each time, and now waits.',
    remedy: 'Wait until {branch} is quiet, then retry.',
    copy: 'retry',
    passing: true,
  },
  'version.withdrawn': {
    what: '{branch} no longer holds the release commit {commit}, which was pushed there; it is on {head} now.',
    why: 'Somebody took it off the branch, perhaps to stop {version}, so it goes no further.',
    remedy:
      'Ask who pushes there. Cancel ends this release. To ship it after all, put the commit back and retry; retry alone sets the version and pushes it again, which takes the next build where a package is public already.',
    copy: 'cancel',
  },
  'version.push-conflict': {
    what: 'Somebody pushed meanwhile and set {file} to {found}; {version} was to be set.',
    why: 'Two releases would name their version in the same place, so nothing was pushed.',
    remedy:
      'Agree on the version. Cancel this deployment, then deploy {found}; or set the file back on the branch and retry.',
    copy: 'deploy {found}',
  },
} as const satisfies Record<string, Wording>
