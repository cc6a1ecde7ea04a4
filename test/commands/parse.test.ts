import { describe, expect, test } from 'vitest'
import { parseCommand } from '../../commands/parse.ts'
import { isProblem } from '../../src/release/problems.ts'
import { problemCard } from '../../src/release/report.ts'
import type { Request } from '../../src/release/request.ts'
import { textOf } from '../card-text.ts'

const deploy = { kind: 'deploy', dryRun: false } as const

const UNDERSTOOD: readonly (readonly [line: string, request: Request])[] = [
  ['', { kind: 'help' }],
  ['   ', { kind: 'help' }],
  ['/', { kind: 'help' }],
  ['/slipway', { kind: 'help' }],
  ['help deploy', { kind: 'help', command: 'deploy' }],
  ['deploy', deploy],
  ['deploy 3.1.3', { ...deploy, target: '3.1.3' }],
  ['/deploy 3.1.3', { ...deploy, target: '3.1.3' }],
  ['/slipway deploy 3.1.3', { ...deploy, target: '3.1.3' }],
  ['Deploy v3.1.3', { ...deploy, target: 'v3.1.3' }],
  ['deploy 3.1', { ...deploy, target: '3.1' }],
  ['deploy patch --dry-run', { ...deploy, target: 'patch', dryRun: true }],
  ['deploy patch —dry-run', { ...deploy, target: 'patch', dryRun: true }],
  ['deploy patch –dry–run', { ...deploy, target: 'patch', dryRun: true }],
  ['deploy --dry-run 3.1.3', { ...deploy, target: '3.1.3', dryRun: true }],
  ['deploy 3.1.3 --notes "what is new"', { ...deploy, target: '3.1.3', notes: 'what is new' }],
  ['deploy 3.1.3 --notes “what’s new”', { ...deploy, target: '3.1.3', notes: 'what’s new' }],
  ["deploy 3.1.3 --notes 'one\ntwo'", { ...deploy, target: '3.1.3', notes: 'one\ntwo' }],
  ['deploy 3.1.3 --notes="a b" --project=x', { ...deploy, target: '3.1.3', notes: 'a b', project: 'x' }],
  ['deploy 3.1.3 --notes "--dry-run"', { ...deploy, target: '3.1.3', notes: '--dry-run' }],
  ['verify', { kind: 'verify' }],
  ['verify 3.1.3 --project app', { kind: 'verify', version: '3.1.3', project: 'app' }],
  ['status', { kind: 'status' }],
  ['status #42', { kind: 'status', number: 42 }],
  ['status 42', { kind: 'status', number: 42 }],
  ['status #007', { kind: 'status', number: 7 }],
  ['history --project app', { kind: 'history', project: 'app', audit: false, chart: false }],
  ['history --audit', { kind: 'history', audit: true, chart: false }],
  ['logs', { kind: 'logs' }],
  ['logs 42', { kind: 'logs', number: 42 }],
  ['logs aur.test-package', { kind: 'logs', step: 'aur.test-package' }],
  ['logs #42 build.target:web', { kind: 'logs', number: 42, step: 'build.target:web' }],
  ['retry', { kind: 'retry' }],
  ['cancel #42', { kind: 'cancel', number: 42, free: false }],
  ['cancel #42 --free', { kind: 'cancel', number: 42, free: true }],
  ['approve 42', { kind: 'approve', number: 42, revoke: false }],
  ['approve #42 3.1.3+001', { kind: 'approve', number: 42, version: '3.1.3+001', revoke: false }],
  ['approve 42 --override "late"', { kind: 'approve', number: 42, override: 'late', revoke: false }],
  ['approve 42 --revoke', { kind: 'approve', number: 42, revoke: true }],
  ['deny #42', { kind: 'deny', number: 42 }],
  ['deny #42 it isn’t ready — not yet', { kind: 'deny', number: 42, reason: 'it isn’t ready — not yet' }],
  ['lock', { kind: 'lock' }],
  ['lock the database — isn’t ready', { kind: 'lock', reason: 'the database — isn’t ready' }],
  ['lock too early --project app', { kind: 'lock', reason: 'too early', project: 'app' }],
  ['lock --project=app too early', { kind: 'lock', reason: 'too early', project: 'app' }],
  ['unlock', { kind: 'unlock' }],
  ['unlock app-7 --project app', { kind: 'unlock', lock: 'app-7', project: 'app' }],
  ['deploy --project=app 3.1.3', { ...deploy, target: '3.1.3', project: 'app' }],
  ['deploy 3.1.3 --override "it burns"', { ...deploy, target: '3.1.3', override: 'it burns' }],
  ['deny #42 "too early" --really', { kind: 'deny', number: 42, reason: 'too early --really' }],
]

const REFUSED: readonly (readonly [line: string, card: string])[] = [
  [
    'deplyo 3.1.3 —dry-run',
    `!! There is no command "deplyo".
  The nearest one is deploy.

  If that is what you meant, send this.

    /deploy 3.1.3 --dry-run`,
  ],
  [
    'frobnicate',
    `!! There is no command "frobnicate".
  Nothing that Slipway knows is spelled like it.

  See what there is.

    /help`,
  ],
  [
    'deploy 3.1.3 --dryrun',
    `!! deploy has no option --dryrun.
  The nearest one is --dry-run.

  If that is what you meant, send this.

    /deploy 3.1.3 --dry-run`,
  ],
  [
    'deploy 3.1.3 --simulate',
    `!! deploy has no option --simulate.
  Nothing was started: without the option it could do more than you want.

  See the options it has.

    /help deploy`,
  ],
  [
    'deploy 3.1.3 --notes --dry-run',
    `!! Nothing stands after --notes.
  The option needs a value, in quotes where it has spaces.

  See how it is written.

    /help deploy`,
  ],
  [
    'deploy 3.1.3 --notes a --notes b',
    `!! --notes is there twice.
  Only one value can count, and which one is not for Slipway to guess.

  Send it once. This is how it is written.

    /help deploy`,
  ],
  [
    'deploy 3.1.3 --dry-run=no',
    `!! --dry-run takes no value.
  It is on when it is there and off when it is not.

  Send it like this to have it on.

    /deploy 3.1.3 --dry-run`,
  ],
  [
    'status 42 now',
    `!! "now" is more than status can take.
  A word that is not understood could have mattered, so nothing was started.

  If you meant this, send it. Text with spaces goes in quotes.

    /status #42`,
  ],
  [
    'deploy 3.1.3 dry run',
    `!! "dry" is more than deploy can take.
  A word that is not understood could have mattered, so nothing was started.

  If you meant this, send it. Text with spaces goes in quotes.

    /deploy 3.1.3 --dry-run`,
  ],
  [
    'cancel 4x',
    `!! "4x" is not the number of a deployment.
  Deployments are numbered #1, #2, #3 and so on.

  Send the number of the one you mean.

    /cancel #4`,
  ],
  [
    'retry the last one',
    `!! "the" is not the number of a deployment.
  Deployments are numbered #1, #2, #3 and so on.

  Send the number of the one you mean.

    /status`,
  ],
  [
    'approve',
    `!! approve needs the number of a deployment.
  An answer counts for one deployment only, and the number says which.

  See which deployments are open, then send approve with its number.

    /status`,
  ],
  [
    'deploy 3.1.3 --notes "what is new',
    `!! A quote is opened and not closed.
  Where the quoted text ends is not clear, so nothing was started.

  Close the quote. If it goes to the end of the line, send this.

    /deploy 3.1.3 --notes "what is new"`,
  ],
  [
    `deploy ${'3'.repeat(2000)}`,
    `!! The command is 2007 characters long.
  At most 2000 are read.

  Shorten it; long release notes belong in the changelog.

    /help`,
  ],
  [
    '\u202edeploy 3.1.3',
    `!! There is no command "\\u202edeploy".
  The nearest one is deploy.

  If that is what you meant, send this.

    /deploy 3.1.3`,
  ],
]

describe('a typed line', () => {
  test.each(UNDERSTOOD)('%j is understood', (line, request) => {
    expect(parseCommand(line)).toEqual(request)
  })

  test.each(REFUSED)('%j is refused with what to send instead', (line, card) => {
    const answer = parseCommand(line)
    expect(isProblem(answer) && textOf(problemCard(answer, (command) => `/${command}`))).toBe(card)
  })

  test('a corrected command is spelled as the platform wants it', () => {
    const answer = parseCommand('stauts 42')
    expect(isProblem(answer) && textOf(problemCard(answer, (command) => `/slipway ${command}`))).toContain(
      '/slipway status #42',
    )
  })
})
