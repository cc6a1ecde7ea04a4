/** Failures of the AUR phase. */
import { BUILDER } from './isolation.ts'
import type { Wording } from './wording.ts'

export const AUR = {
  'aur.clone-failed': {
    what: "The AUR's repository {url} could not be cloned.",
    why: 'What users have now decides the next pkgrel, and the new commit goes on top of it.',
    remedy: 'See the lines below; check the connection and the key under aur.ssh, then retry.',
    copy: 'retry',
    passing: true,
  },
  'aur.no-source': {
    what: 'The release commit has no readable {directory}/PKGBUILD.',
    why: "The package is made from the product's own PKGBUILD.",
    remedy: 'Compare aur.directory in slipway.yaml with the repository.',
    copy: 'retry',
  },
  'aur.source-link': {
    what: "{name} in the PKGBUILD's folder is a link.",
    why: 'A link could show the AUR any file of this machine, so it is not followed.',
    remedy: 'Replace it with the file itself, push that, then retry.',
    copy: 'retry',
  },
  'aur.makepkg-root': {
    what: 'The package cannot be built as root.',
    why: 'makepkg refuses root, since a PKGBUILD is a program of the repository.',
    ...BUILDER,
  },
  'aur.makepkg-missing': {
    what: 'makepkg was not found.',
    why: 'It builds the package as users will; without it nothing about the package is proved.',
    remedy: 'Install it on this machine, then retry.',
    shell: '{install}',
  },
  'aur.bsdtar-missing': {
    what: 'makepkg needs bsdtar, which was not found.',
    why: 'Arch has it with pacman; Debian has it in a package of its own that makepkg does not bring.',
    remedy: 'Install it on this machine, then retry.',
    shell: '{install}',
  },
  'aur.dependencies-missing': {
    what: 'makepkg misses dependencies of {package}.',
    why: "It looks for them in pacman's database, which other systems do not have.",
    remedy: 'Install them, or add --nodeps to aur.makepkg.args where the package is prebuilt.',
    copy: 'retry',
  },
  'aur.checksum-mismatch': {
    what: 'A source of {package} is not what its PKGBUILD says: a sum differs.',
    why: 'Users would get this very error from {url} or another source.',
    remedy: 'Compare the sources named below with sha256sums in the PKGBUILD; entries pair up by their place.',
    copy: 'retry',
  },
  'aur.download-missing': {
    what: 'A source of {package} could not be downloaded.',
    why: 'It was fetched from its public address into an empty folder, as users would do.',
    remedy: 'Open the addresses named below; the package itself is at {url}.',
    copy: 'retry',
  },
  'aur.pkgbuild-syntax': {
    what: 'bash cannot read the PKGBUILD of {package}.',
    why: 'A bracket, a quotation mark or a line end is wrong, so no user could build it.',
    remedy: "Fix the line named below in the product's repository, push it, then retry.",
    copy: 'retry',
  },
  'aur.package-does-not-build': {
    what: 'The package {package} does not build: makepkg ended with {code}.',
    why: 'Nothing was submitted; users keep what they have.',
    remedy: 'Fix the cause below in the PKGBUILD, push it, then retry.',
    copy: 'retry',
  },
  'aur.no-package': {
    what: 'makepkg ended well and left no package named {package}.',
    why: 'Users would not get the package either.',
    remedy: 'Compare pkgname in the PKGBUILD with aur.package in slipway.yaml.',
    copy: 'retry',
  },
  'aur.package-unreadable': {
    what: 'The built package could not be unpacked: tar ended with {code}.',
    why: 'It is installed into a scratch folder and run before anybody else gets it.',
    remedy: 'See the lines below; often zstd is missing on this machine or the disk is full.',
    copy: 'retry',
  },
  'aur.package-version': {
    what: 'The built package says it is {found}, not {wanted}.',
    why: 'The PKGBUILD sets its version somewhere else as well, in a function or further down.',
    remedy: 'Leave one pkgver= and one pkgrel= in the PKGBUILD and no pkgver(), push it, then retry.',
    copy: 'retry',
  },
  'aur.smoke-failed': {
    what: 'The installed program does not run: {command} ended with {ended}.',
    why: 'It was installed from the public address into a scratch folder, so users would see the same.',
    remedy:
      'See its output below; aur.smoke has to name the program itself where a script in usr/bin uses absolute paths.',
    copy: 'retry',
  },
  'aur.smoke-silent': {
    what: 'The installed program does not say its version: {command} named none.',
    why: 'Only the program itself proves that users get {version}.',
    remedy: 'Let aur.smoke name arguments that print the version.',
    copy: 'retry',
  },
  'aur.program-version': {
    what: 'The package holds another program: {command} says {found}, not {version}.',
    why: 'The package would carry the new number and the old program; its source or its build is the wrong one.',
    remedy:
      'Look at source= in the PKGBUILD and at where the program takes its version from; push the fix, then retry.',
    copy: 'retry',
  },
  'aur.srcinfo-failed': {
    what: 'makepkg could not print .SRCINFO: it ended with {code}.',
    why: 'The AUR shows users what .SRCINFO says, so it has to come from the PKGBUILD.',
    remedy: 'Fix what the lines below say in the PKGBUILD, push it, then retry.',
    copy: 'retry',
  },
  'aur.rules': {
    what: 'The AUR would refuse this package (rules not met: {count}).',
    why: 'Its rules were checked here first, so that nothing has to be refused there.',
    remedy: "Fix all of them in {directory} of the product's repository, push them, then retry.",
    copy: 'retry',
  },
  'aur.commit-failed': {
    what: 'The commit for the AUR could not be made.',
    why: "git refused it in the bot's own clone; the AUR was not touched.",
    remedy: 'See the lines below, often the disk is full; then retry.',
    copy: 'retry',
  },
  'aur.unreachable': {
    what: 'The AUR could not be reached at {url}.',
    why: 'Its git server did not answer, which is not an answer about the package.',
    remedy: 'Wait a few minutes, then retry.',
    copy: 'retry',
    passing: true,
  },
  'aur.version-taken': {
    what: 'The AUR has {live} already, from {author}, and this deployment would submit {ours}.',
    why: 'It was pushed while this deployment ran, and users only upgrade to a higher version.',
    remedy: 'Ask them what it is, cancel this deployment and deploy again: the next pkgrel goes on top of theirs.',
    copy: 'cancel',
  },
  'aur.version-lower': {
    what: 'The AUR has {live}, and {ours} counts as older.',
    why: 'pacman compares epoch, then version, then pkgrel; nobody who has {live} would get {ours}.',
    remedy: "Deploy a higher version, or raise the epoch in the product's PKGBUILD; an epoch never goes down again.",
    copy: 'retry',
  },
  'aur.key-refused': {
    what: "The AUR does not know the bot's key.",
    why: 'ssh refused it, so nothing was pushed.',
    remedy: 'Add the public key of aur.ssh.key to the AUR account of the maintainer, then retry.',
    copy: 'retry',
  },
  'aur.host-key': {
    what: 'The host key of {url} is not the pinned one.',
    why: 'Either the AUR changed it or somebody stands in between; nothing was sent.',
    remedy: "Compare the fingerprint with the one on the AUR's front page before you pin it under aur.ssh.knownHosts.",
  },
  'aur.not-maintainer': {
    what: 'The AUR account of the bot may not change {package}.',
    why: 'Only its maintainer and co-maintainers may push.',
    remedy: 'Have the account added as a co-maintainer of {package}, then retry.',
    copy: 'retry',
  },
  'aur.maintenance': {
    what: 'The AUR is in maintenance.',
    why: 'It takes no pushes until that is over; nothing was submitted.',
    remedy: 'Wait until the Arch Linux status page says that it is over, then retry.',
    copy: 'retry',
    passing: true,
  },
  'aur.refused': {
    what: 'The AUR refused the package.',
    why: 'One of its rules was not met that the check here does not know.',
    remedy: 'Fix what it says below, push that, then retry.',
    copy: 'retry',
  },
  'aur.push-failed': {
    what: 'The push to the AUR ended with {code}.',
    why: 'The AUR was asked afterwards and does not have the commit.',
    remedy: 'See the lines below, then retry.',
    copy: 'retry',
  },
  'aur.not-there': {
    what: 'The AUR took the push and its head is another commit, {found}.',
    why: 'An exit code of 0 proves nothing; the head is read back.',
    remedy: 'Retry: the AUR is looked at before anything is pushed.',
    copy: 'retry',
    passing: true,
  },
  'aur.srcinfo-syntax': {
    what: '.SRCINFO cannot be read: line {line} is {found}.',
    why: 'The AUR takes name, version and sources of a package from this file.',
    remedy: 'Make it again in the folder of the PKGBUILD.',
    shell: 'makepkg --printsrcinfo > .SRCINFO',
  },
  'aur.rule-missing': {
    what: 'The commit for the AUR has no {file}.',
    why: 'The AUR refuses a commit without PKGBUILD and .SRCINFO.',
    remedy: 'Put {file} into the folder that aur.directory names.',
  },
  'aur.rule-folder': {
    what: 'The commit for the AUR has {path} in a folder.',
    why: 'The AUR takes no folders but keys/pgp, for .asc files, and LICENSES.',
    remedy: 'Move the file beside the PKGBUILD, or take it out.',
  },
  'aur.rule-size': {
    what: '{path} has {bytes} bytes.',
    why: 'The AUR takes no file over {most} bytes.',
    remedy: 'Download it as a source instead of keeping it beside the PKGBUILD.',
  },
  'aur.rule-unchanged': {
    what: '.SRCINFO is the one that the AUR has already.',
    why: 'The AUR would take the push and go on offering the old version.',
    remedy: 'Raise pkgrel where pkgver stays the same, and make .SRCINFO again.',
  },
  'aur.rule-pkgbase': {
    what: '.SRCINFO is of the package {pkgbase}, and the repository is that of {packageName}.',
    why: 'The AUR takes a package only into the repository of its name.',
    remedy: 'Correct pkgname in the PKGBUILD, or aur.package in slipway.yaml.',
  },
  'aur.rule-length': {
    what: '{key} has {length} characters.',
    why: 'The AUR takes at most {most}.',
    remedy: 'Shorten it in the PKGBUILD.',
  },
  'aur.rule-companion': {
    what: 'The PKGBUILD needs {file}, and the commit for the AUR does not have it.',
    why: 'The AUR refuses it: local sources, install= and changelog= have to be files of the commit.',
    remedy: 'Put {file} beside the PKGBUILD, or take it out of there.',
  },
  'aur.rule-srcinfo': {
    what: '.SRCINFO says {key} is {srcinfo}, and the PKGBUILD says {pkgbuild}.',
    why: 'The AUR shows the one and users build the other.',
    remedy: 'Make .SRCINFO again in the folder of the PKGBUILD.',
    shell: 'makepkg --printsrcinfo > .SRCINFO',
  },
} as const satisfies Record<string, Wording>
