/** Refusals of the version that a person named. */
import type { Wording } from './wording.ts'

export const TARGET = {
  'request.version-missing': {
    what: 'No version was given.',
    why: 'A deployment is of one version: X.Y.Z, or major, minor, patch or build of what is released.',
    remedy: 'Say which version to deploy.',
    copy: 'deploy {suggestion}',
  },
  'request.version-too-long': {
    what: 'The version is {length} characters long.',
    why: 'A version has at most {longest} characters.',
    remedy: 'Type the version alone.',
    copy: 'deploy {suggestion}',
  },
  'request.version-spaces': {
    what: '"{text}" has spaces or invisible characters in it.',
    why: 'A version is one word, and what cannot be seen could stand for another version.',
    remedy: 'Type the version without them.',
    copy: 'deploy {suggestion}',
  },
  'request.version-digits': {
    what: '"{text}" is written with digits other than 0 to 9.',
    why: 'git, pacman and the version files know only 0 to 9.',
    remedy: 'Type the version with plain digits.',
    copy: 'deploy {suggestion}',
  },
  'request.version-four-numbers': {
    what: '"{text}" has more than three numbers.',
    why: 'A version is X.Y.Z; a build number follows a plus sign, as in 3.1.3+001.',
    remedy: 'Type three numbers.',
    copy: 'deploy {suggestion}',
  },
  'request.version-incomplete': {
    what: '"{text}" is not a whole version.',
    why: 'A version has three numbers, X.Y.Z.',
    remedy: 'Type all three numbers.',
    copy: 'deploy {suggestion}',
  },
  'request.version-leading-zero': {
    what: '"{text}" has a number with a leading zero.',
    why: 'Only build numbers, after the plus sign, have leading zeros.',
    remedy: 'Type the numbers without leading zeros.',
    copy: 'deploy {suggestion}',
  },
  'request.version-number-too-large': {
    what: '"{text}" has a number that is too large.',
    why: 'Versions are compared as numbers, which is exact up to 9007199254740991.',
    remedy: 'Type smaller numbers.',
    copy: 'deploy {suggestion}',
  },
  'request.version-build': {
    what: '"{text}" has no build number after its plus sign.',
    why: 'A build number is made of digits, as in 3.1.3+001.',
    remedy: 'Leave the build number out to get the next one.',
    copy: 'deploy {suggestion}',
  },
  'request.version-without-build': {
    what: '"{text}" names a build number, and this project has none.',
    why: 'Its version file holds X.Y.Z alone.',
    remedy: 'Type the version without the plus sign.',
    copy: 'deploy {suggestion}',
  },
  'request.not-a-version': {
    what: '"{text}" is not a version.',
    why: 'A version is X.Y.Z or X.Y.Z+BUILD, or major, minor, patch or build of what is released.',
    remedy: 'Type a version of that form.',
    copy: 'deploy {suggestion}',
  },
  'request.no-version-named': {
    what: '"{text}" is not a version.',
    why: 'A release is named by its version, X.Y.Z or X.Y.Z+BUILD.',
    remedy: 'If you meant this, send it. Without a version the newest release is looked at.',
    copy: '{copy}',
  },
  'request.version-lower': {
    what: '{version} is lower than {released}, which is released.',
    why: 'Deployments only go up; going back is a rollback, which restores what served before.',
    remedy: 'Roll back, or deploy a version above {released}.',
    copy: 'rollback {version}',
  },
  'request.version-released': {
    what: '{released} is already released.',
    why: 'What was published under a version never changes.',
    remedy: 'Deploy the next build or the next version.',
    copy: 'deploy {suggestion}',
  },
  'request.version-spent': {
    what: '{version} was published, and then a rollback took it back or tried to.',
    why: 'What was published under a version never changes, and its release commit may be gone.',
    remedy: 'Deploy it under the next number.',
    copy: 'deploy {suggestion}',
  },
  'request.version-nothing-released': {
    what: 'There is nothing released that {target} could follow.',
    why: 'major, minor, patch and build count up from the released version.',
    remedy: 'Type the exact version of the first release.',
    copy: 'deploy 1.0.0',
  },
  'request.version-no-builds': {
    what: 'This project has no build numbers.',
    why: 'Its version file holds X.Y.Z alone.',
    remedy: 'Deploy the next patch.',
    copy: 'deploy patch',
  },
  'request.version-build-ambiguous': {
    what: 'Another build of {version} could not be told from the one before: {names}.',
    why: 'These names and addresses lack a build number, and published bytes never change.',
    remedy: 'Put the build number or the full version into them in the configuration, or deploy the next patch.',
    copy: 'deploy patch',
  },
  'request.version-too-high': {
    what: 'There is no {target} version above {released}.',
    why: 'One of its numbers is the highest that versions can have.',
    remedy: 'Type the exact version.',
    copy: 'deploy {suggestion}',
  },
  'request.prerelease-number-first': {
    what: '{version} cannot be a package version.',
    why: 'pacman would take a pre-release that begins with a number for something newer than the final version.',
    remedy: 'Begin with a word such as alpha, beta or rc.',
    copy: 'deploy {suggestion}',
  },
  'request.prerelease-mixed': {
    what: '{version} cannot be a package version.',
    why: 'Words joined with digits or hyphens are in one order for versions and in another for pacman.',
    remedy: 'Write one word and then numbers, with a full stop between them.',
    copy: 'deploy {suggestion}',
  },
  'request.prerelease-words': {
    what: '{version} cannot be a package version.',
    why: 'Versions order numbers before words, pacman orders them after, so its parts after the first must be numbers.',
    remedy: 'Write one word and then numbers, with a full stop between them.',
    copy: 'deploy {suggestion}',
  },
} as const satisfies Record<string, Wording>
