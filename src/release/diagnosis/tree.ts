/**
 * The troubleshooting tree as data: five branches, each with its questions in order, what every answer leads to, and what
 * users would meet if the failure were left so (the critical failure points of the workflow).
 */
import type { FixName, ProbeName } from '../recovery.ts'

export type BranchName = 'version' | 'build' | 'aur' | 'vps' | 'network'

/** Where an answer leads: on to the next question, to a fix, to another branch, or to a person with the reason. */
export type Lead =
  | 'next'
  /** `or`: where the project has no way to do the first. */
  | { readonly fix: FixName; readonly or?: FixName }
  | { readonly branch: BranchName }
  | { readonly person: string }

export interface Question {
  readonly probe: ProbeName
  /** By the probe's answer. An answer that is not here, or a probe that failed, leads to the next question. */
  readonly answers: Readonly<Record<string, Lead>>
}

export interface Branch {
  readonly title: string
  readonly consequence: string
  /** What is left to do once the release commit no longer changes. */
  readonly late?: string
  /** What is left to do where every fix of the branch was tried, or none may be. */
  readonly spent?: string
  readonly questions: readonly Question[]
}

export const TREE: Readonly<Record<BranchName, Branch>> = {
  version: {
    title: 'Version mismatch',
    consequence: 'Left so, users are confused: places name different versions, and nobody can say which one they have.',
    late: 'What was submitted no longer changes. Ship a new build with the right version, or roll back.',
    spent:
      'A package that is public keeps its bytes for ever. Correct what names the wrong version, commit it, and ship the next build.',
    questions: [
      {
        probe: 'probe.versions',
        answers: { agree: { fix: 'fix.rebuild' }, differ: { fix: 'fix.sync' } },
      },
    ],
  },
  build: {
    title: 'Build failure',
    consequence: 'Left so, there is nothing to ship; shipped all the same, users would get a broken package.',
    spent:
      'A rebuild from scratch has not helped, or would change what is public. Read the log, correct the cause, then retry.',
    questions: [
      {
        probe: 'probe.disk',
        answers: {
          full: { person: 'This machine has no room left for a build. Make room, then retry.' },
          room: 'next',
        },
      },
      {
        probe: 'probe.doctor',
        answers: {
          ill: { person: 'The toolchain itself reports a fault. Fix it, then retry.' },
          well: 'next',
          none: 'next',
        },
      },
      {
        probe: 'probe.dependencies',
        answers: { stale: { fix: 'fix.rebuild' }, fit: { fix: 'fix.rebuild' }, none: { fix: 'fix.rebuild' } },
      },
    ],
  },
  aur: {
    title: 'AUR package',
    consequence:
      'Left so, the release does not reach the users of the AUR, or reaches them as a package that does not install.',
    questions: [
      {
        probe: 'probe.disk',
        answers: {
          full: { person: 'This machine has no room left for the package. Make room, then retry.' },
          room: 'next',
        },
      },
      {
        probe: 'probe.pkgbuild',
        answers: {
          broken: {
            person: 'The PKGBUILD of the product is broken. Commit the correction, then retry: it is taken up.',
          },
          sound: 'next',
        },
      },
      {
        probe: 'probe.public-package',
        answers: {
          other: {
            person:
              'The public address gives other bytes than the package of this deployment. They are never adopted: publish under a new name with a new build, or find out who replaced the file.',
          },
          missing: { branch: 'network' },
          same: 'next',
        },
      },
      {
        probe: 'probe.sums',
        answers: { differ: { fix: 'fix.regenerate' }, same: 'next', none: 'next', unknown: 'next' },
      },
      {
        probe: 'probe.srcinfo',
        answers: { differ: { fix: 'fix.regenerate' }, same: 'next', none: 'next', unknown: 'next' },
      },
      {
        probe: 'probe.aur-head',
        answers: {
          moved: { fix: 'fix.regenerate' },
          same: {
            person:
              'The files for the AUR are as they should be, so making them again would end the same way. Read what makepkg or the AUR said, correct it in the repository, then retry.',
          },
          unknown: 'next',
        },
      },
    ],
  },
  vps: {
    title: 'VPS',
    consequence: 'Left so, visitors meet a site that is down or serves another version than the release says.',
    questions: [
      {
        probe: 'probe.ssh',
        answers: {
          no: { branch: 'network' },
          changed: {
            person: 'The server answers with another host key than the pinned one. Find out why before anything else.',
          },
          refused: {
            person: 'The server refuses the key of the bot. Put that right there or in slipway.yaml, then retry.',
          },
          yes: 'next',
        },
      },
      {
        probe: 'probe.certificate',
        answers: {
          bad: { person: 'The certificate of the site is not valid. Renew it on the server, then retry.' },
          valid: 'next',
          silent: 'next',
        },
      },
      { probe: 'probe.server-log', answers: { read: 'next', none: 'next' } },
      {
        probe: 'probe.server-disk',
        answers: { full: { person: 'The server has no room left. Make room there, then retry.' }, room: 'next' },
      },
      {
        probe: 'probe.server-git',
        answers: {
          dirty: {
            person:
              'Somebody changed files of the checkout on the server by hand. Keep or drop these changes, then retry.',
          },
          branch: { person: 'Somebody put the checkout on the server on another branch. Put it back, then retry.' },
          elsewhere: { fix: 'fix.pull' },
          there: 'next',
          waits: 'next',
        },
      },
      {
        probe: 'probe.script',
        answers: { failed: { fix: 'fix.redeploy' }, runs: { fix: 'fix.wait' }, well: 'next', none: 'next' },
      },
      {
        probe: 'probe.server-status',
        answers: { down: { fix: 'fix.restart', or: 'fix.redeploy' }, up: 'next', none: 'next' },
      },
      {
        probe: 'probe.server-site',
        answers: {
          other: { fix: 'fix.redeploy' },
          down: { fix: 'fix.restart', or: 'fix.redeploy' },
          right: 'next',
        },
      },
      {
        probe: 'probe.site',
        answers: {
          other: { fix: 'fix.redeploy' },
          down: { fix: 'fix.restart', or: 'fix.redeploy' },
          right: { fix: 'fix.wait' },
        },
      },
    ],
  },
  network: {
    title: 'Network',
    consequence:
      'Left so, the release stays half way: what was reached has the new version, the rest keeps the old one.',
    spent:
      'Waiting has not helped. See whether what is unreachable is up, and reachable from this machine, then retry.',
    questions: [
      { probe: 'probe.connection', answers: { none: { fix: 'fix.wait' }, well: 'next' } },
      { probe: 'probe.names', answers: { unresolved: { fix: 'fix.wait' }, resolved: 'next' } },
      {
        probe: 'probe.reach',
        answers: { none: { fix: 'fix.wait' }, 'one-family': { fix: 'fix.address-family' }, both: 'next' },
      },
      {
        probe: 'probe.clock',
        answers: {
          wrong: {
            person: 'The clock of this machine is wrong, so certificates and keys are refused. Set it, then retry.',
          },
          right: { fix: 'fix.wait' },
          unknown: { fix: 'fix.wait' },
        },
      },
    ],
  },
}
