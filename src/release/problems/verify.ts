/** Mismatches the verification finds. */
import type { Wording } from './wording.ts'

export const VERIFY = {
  'verify.failed': {
    what: '{failed} of {count} checks failed.',
    why: 'A release counts as done when all of them are seen from outside.',
    remedy: 'Fix what is wrong, then retry: every check is made again.',
    copy: 'retry',
  },
  'verify.unknown': {
    what: '{component}, {check}: it could not be found out ({found}).',
    why: 'What is not known does not count as a pass; {expected} was expected.',
    remedy: 'Look yourself; when it answers, retry: every check is made again.',
    copy: 'retry',
    shell: '{command}',
    passing: true,
  },
  'verify.git-version': {
    what: 'The version file in git says {found}, and {expected} was expected.',
    why: 'Builds take their version from this file.',
    remedy: 'See who changed it at the release commit.',
    shell: '{command}',
  },
  'verify.version-file': {
    what: '{check} in git says {found}, and {expected} was expected.',
    why: 'The product would show its users another version than the one released.',
    remedy: 'Deploy again, so that every file is set to one version.',
    shell: '{command}',
  },
  'verify.pkgbuild': {
    what: 'PKGBUILD in git has pkgver {found}, and {expected} was expected.',
    why: 'The package would be built as another version than the one released.',
    remedy: 'Deploy again, so that every file is set to one version.',
    shell: '{command}',
  },
  'verify.web': {
    what: 'The web application says it is {found}, and {expected} was expected.',
    why: 'The deployment script can end well and leave the old version serving.',
    remedy: 'Look at the log of the deployment script, then retry.',
    shell: '{command}',
  },
  'verify.served': {
    what: '{component} serves {found} at its own address, and {expected} was expected.',
    why: 'Whoever is led to this server gets that, whatever the others serve; its script can end well all the same.',
    remedy: 'Look at the log of the deployment script on this server, then retry.',
    shell: '{command}',
  },
  'verify.site': {
    what: 'The main site answers {found}, and {expected} was expected.',
    why: 'Visitors see no site, or a warning about its certificate.',
    remedy: 'Look at the containers and the certificate on the server.',
    shell: '{command}',
  },
  'verify.aur': {
    what: 'The AUR offers {found}, and {expected} was expected.',
    why: 'Users get what the AUR offers; it can lag, but not this long.',
    remedy: 'Look at the package page; never push again because of a delay.',
    shell: '{command}',
    passing: true,
  },
  'verify.srcinfo': {
    what: 'The .SRCINFO on the AUR does not say what its PKGBUILD says: {found}.',
    why: 'The AUR shows the one and users build the other.',
    remedy: 'Submit again with a .SRCINFO made from that PKGBUILD.',
    shell: '{command}',
  },
  'verify.package': {
    what: 'The package is not the same everywhere: {found}; expected {expected}.',
    why: 'The bytes built, the sum in the PKGBUILD and a fresh download have to agree, or nobody can install it.',
    remedy: 'Find out who replaced the file; published bytes never change.',
    shell: '{command}',
  },
  'verify.commit': {
    what: '{component} is on commit {found}, and {expected} was expected.',
    why: 'It serves something else than what was released.',
    remedy: 'See what was pulled there by hand, then retry.',
    shell: '{command}',
  },
  'verify.unpushed': {
    what: 'Commits of the release are not on the branch: {found}.',
    why: 'Others would build from the state before.',
    remedy: 'See whether the branch was forced back, then retry.',
    shell: '{command}',
  },
  'verify.own-check': {
    what: '{check}: {found}, and {expected} was expected.',
    why: 'This check is part of the matrix by the configuration of the project.',
    remedy: 'Run it by hand and read what it says.',
    shell: '{command}',
  },
} as const satisfies Record<string, Wording>
