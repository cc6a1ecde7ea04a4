import { describe, expect, test } from 'vitest'
import type { Deployment, Evidence } from '../../src/release/deployment.ts'
import type { Problem } from '../../src/release/problems.ts'
import { choicesCard } from '../../src/release/report/choices.ts'
import { historyCard } from '../../src/release/report/history.ts'
import { type Overview, statusCard } from '../../src/release/report/status.ts'
import type { View } from '../../src/release/report/view.ts'
import { cardsFor } from '../../src/release/report.ts'
import { textOf } from '../card-text.ts'
import { ANA, BEN, drive, project } from './sample.ts'

const COMMIT = '3f9a1c0d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b'
const MATRIX = [
  {
    component: 'Git',
    check: 'Version',
    expected: '3.1.3+001',
    found: '3.1.3+001',
    verdict: 'pass',
    command: 'version get',
  },
  { component: 'AUR', check: 'Live', expected: '3.1.3-1', found: '3.1.3-1', verdict: 'pass', command: 'curl aur' },
]

const EVIDENCE: Readonly<Record<string, Evidence>> = {
  'preflight.origin': { base: 'b1' },
  'version.commit': { commit: COMMIT },
  'version.push': { commit: COMMIT },
  'build.publish': { publishedUrl: 'https://localhost/harbour-3.1.3+001.tar.gz' },
  'aur.pkgbuild': { pkgrel: '1' },
  'aur.submit': { aurCommit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' },
  'verify.matrix': { matrix: MATRIX },
  'finish.tag': { tag: 'v3.1.3+001' },
  'finish.push': { documentationCommit: 'beefbeefbeefbeefbeef' },
  'finish.certificate': {
    certificateFile: '/data/harbour-3.1.3+001.json',
    certificateText: 'Harbour 3.1.3+001\nverified',
  },
}

const BROKEN: Problem = {
  code: 'request.bug',
  what: 'The package does not build.',
  why: 'makepkg ended with exit code 4.',
  remedy: 'Fix PKGBUILD on origin, then retry.',
  copy: 'retry #42',
  details: [],
  passing: false,
}

const oneHost = { ...project, ...(project.vps && { vps: { ...project.vps, hosts: project.vps.hosts.slice(0, 1) } }) }

type Hand = ReturnType<typeof drive>

function evidenceOf(id: string) {
  return { ok: true, evidence: EVIDENCE[id] ?? {} } as const
}

function started(): Hand {
  const hand = drive(oneHost)
  hand.start()
  return hand
}

function atGate(): Hand {
  const hand = started()
  hand.run((id) => (EVIDENCE[id] ?? {}) as Record<string, string>)
  return hand
}

/** Stopped by a package that does not build, with everything else that could still run done. */
function stopped(): Hand {
  const hand = started()
  while (hand.is('aur.test-package') !== 'running')
    hand.settle(hand.running()[0] ?? '', evidenceOf(hand.running()[0] ?? ''))
  const log = { file: '/data/logs/42/aur.test-package.log', errors: ['==> ERROR: in package()'], tail: [] }
  hand.settle('aur.test-package', { ok: false, problem: BROKEN, log })
  for (const id of hand.running()) hand.settle(id, evidenceOf(id))
  return hand
}

function complete(): Hand {
  const hand = atGate()
  hand.press(BEN)
  hand.run((id) => (EVIDENCE[id] ?? {}) as Record<string, string>)
  return hand
}

function cardOf(hand: Hand, name: string) {
  return cardsFor(hand.now(), hand.time()).find(({ key }) => key === `42/${name}`)?.card
}

function shown(hand: Hand, key: RegExp, view: View = {}): string {
  const post = cardsFor(hand.now(), hand.time(), view).find((each) => key.test(each.key))
  return post === undefined ? 'no such card' : textOf(post.card)
}

const keys = (deployment: Deployment, now: number) => cardsFor(deployment, now).map(({ key }) => key)

describe('the thread of a release', () => {
  test('begins with one card, and ends with the result, in the order things happened', () => {
    expect(keys(drive(oneHost).now(), 0)).toEqual(['42/first'])
    const hand = complete()
    expect(keys(hand.now(), hand.time())).toEqual([
      '42/first',
      '42/progress',
      '42/gate:aur-submit.1',
      '42/matrix',
      '42/result',
    ])
  })

  test('the first card says what is replaced and where that was read', () => {
    const previous = {
      release: { version: '3.1.2', build: '001', full: '3.1.2+001' },
      sources: ['the tag v3.1.2+001', 'the AUR'],
    }
    const deployment = { ...drive(oneHost).now(), previous, notes: 'One fix.' }
    expect(textOf(cardsFor(deployment, 0)[0]?.card ?? never())).toBe(`-- #42: release Harbour 3.1.3+001
  Replaces   3.1.2+001, read from the tag v3.1.2+001 and the AUR
  Asked by   ana on terminal, 00:16 UTC
  Estimate   58 min, without the time people take to answer
  Waits for  an approval before the submit to the AUR

  Release notes:
    One fix.`)
  })

  test('the first card names what the configuration leaves out', () => {
    const { vps: _, aur: __, ...bare } = project
    expect(textOf(cardsFor(drive(bare).now(), 0)[0]?.card ?? never())).toContain(
      'Left out   AUR and Server: not configured',
    )
  })

  test('the progress card has a line for each phase, and waits for people without counting it', () => {
    expect(shown(atGate(), /progress/)).toBe(`?? #42: Harbour 3.1.3+001 waits for an answer
  Begun 1 min ago, about 23 min to go, ends about 00:40 UTC. People's time is
  not counted: the submit to the AUR waits for an answer, under 1 min so far,
  until 12:17 UTC.

  Pre-flight                     done     [############] 11/11   <1 / <1 min
  Version                        done     [############]   5/5   <1 / 10 min
  Build and package              done     [############]   7/7   <1 / 15 min
  AUR                            waiting  [#########...]   3/4   <1 / 20 min
      Submit to the AUR: waits for an answer
  Server                         pending  [######......]   3/6   <1 / 15 min
  Verification                   pending  [............]   0/1        10 min
  Documentation and certificate  pending  [............]   0/4         5 min

  Cancel: /cancel #42`)
  })

  test('the progress card shows what a running step said last', () => {
    const lines = new Map([['preflight.disk', 'asking the server, until 16:40']])
    expect(shown(started(), /progress/, { lines })).toContain('Disk space: asking the server, until 16:40')
  })

  test('times are in the zone of the reader', () => {
    expect(shown(atGate(), /gate/, { zone: 'Asia/Tokyo' })).toContain('Until           21:17')
  })
})

describe('a gate', () => {
  test('says what is asked, who may answer until when, and has two buttons bound to what is shown', () => {
    const hand = atGate()
    expect(shown(hand, /gate/)).toBe(`?? #42: submit harbour 3.1.3+001 to the AUR?
  Builds run without isolation: they can read what the bot can.

  Who may answer  ben or cleo; ana asked for the release and may deny, not
                  approve
  Until           12:17 UTC
  If nobody does  nothing is submitted or switched; the deployment stops and can
                  be retried

  Approve and submit: [a]  or /approve #42
  Deny: [d]  or /deny #42`)
    const gate = hand.now().gates[0]
    const card = cardsFor(hand.now(), hand.time()).find(({ key }) => key === '42/gate:aur-submit.1')?.card
    expect(card?.buttons.map((button) => button.gate)).toEqual(
      [1, 2].map(() => ({ id: gate?.id, digest: gate?.digest })),
    )
  })

  test('after the answer the buttons give way to who and when', () => {
    expect(shown(complete(), /gate/)).toBe(`ok #42: submit harbour 3.1.3+001 to the AUR?
  Approved by ben, 00:17 UTC. The approval has been used.

  Builds run without isolation: they can read what the bot can.`)
  })

  test('a denial keeps its reason', () => {
    const hand = atGate()
    hand.press(BEN, 'deny', { reason: 'the changelog is wrong' } as never)
    expect(shown(hand, /gate/)).toContain('Denied by ben, 00:17 UTC. Nothing of it was done. Reason: the changelog is')
  })

  test('asked again, it begins with what differs', () => {
    const hand = atGate()
    hand.press(BEN)
    const changed = { bound: { commit: 'b', file: 'x'.repeat(200) }, card: { sections: [], files: [] } }
    hand.settle('aur.submit', { ok: false, changed })
    expect(shown(hand, /aur-submit\.1/)).toContain('No longer asked: what would be done has changed.')
    expect(
      shown(hand, /aur-submit\.2/),
    ).toContain(`  Asked again, since what would be done has changed. Earlier answers do not
  count.

  What differs  Before     Now
  commit        a          b
  file          not there  a text of 200 characters`)
  })

  test('that nobody answered says how to have it asked again', () => {
    const hand = atGate()
    hand.send({ type: 'woken', at: hand.time() + 13 * 3_600_000 } as never)
    expect(shown(hand, /gate/)).toContain(
      'Nobody answered until 12:17 UTC. Nothing of it was done; /retry #42 checks and',
    )
    expect(shown(hand, /problems/)).toContain('stopped: Submit to the AUR')
    expect(shown(hand, /problems/)).toContain('The question of #42 expired at 12:17 UTC.')
    expect(shown(hand, /problems/)).not.toContain('Left so')
  })

  test('is brought to mind with its own buttons and files, which go with the answer', () => {
    const hand = atGate()
    const { openedAt = 0, expiresAt = 0 } = hand.now().gates[0] ?? {}
    hand.send({ type: 'woken', at: openedAt + (expiresAt - openedAt) / 2 } as never)
    const [asked, reminder] = ['gate', 'reminder'].map((key) => cardOf(hand, `${key}:aur-submit.1`))
    expect(shown(hand, /reminder/)).toContain('?? #42 still waits for an answer: submit harbour 3.1.3+001 to the AUR?')
    expect(shown(hand, /reminder/)).toContain('It has waited 6 h. After 12:17 UTC the question expires')
    expect(reminder).toMatchObject({ buttons: asked?.buttons, files: asked?.files, mentions: asked?.mentions })
    expect(reminder?.buttons).toHaveLength(2)
    hand.press(BEN)
    expect(shown(hand, /reminder/)).toMatch(
      /^ok #42: submit harbour 3\.1\.3\+001 to the AUR\?\n {2}Approved by ben, 06:17 UTC\.(?: The approval has been used\.)?$/,
    )
    expect(cardOf(hand, 'reminder:aur-submit.1')).toMatchObject({ buttons: [], files: asked?.files })
  })

  test('that one of two approved says by whom', () => {
    const hand = drive({ ...oneHost, approvals: { ...oneHost.approvals, needed: 2 } })
    hand.start()
    hand.run()
    hand.press(BEN)
    hand.send({ type: 'woken', at: hand.time() + 13 * 3_600_000 } as never)
    expect(shown(hand, /gate/)).toContain('Approved by ben alone, 1 of 2, until 12:17 UTC.')
    expect(shown(hand, /gate/)).not.toContain('Nobody answered')
  })
})

describe('a stop', () => {
  test('is one card with what, why, what to do, the log, what users have, and the ways on', () => {
    expect(shown(stopped(), /problems/)).toBe(`!! #42: Harbour 3.1.3+001 stopped: Test the package
  The package does not build.

  makepkg ended with exit code 4.

  Fix PKGBUILD on origin, then retry.

  Lines that look like the reason:
    ==> ERROR: in package()

  Whole log  /data/logs/42/aur.test-package.log

  Left so, the release does not reach the users of the AUR, or reaches them as a
  package that does not install.

  Users still have what they had: nothing has reached their installs or the
  server's visitors.

  Done so far:
  - Origin has the release commit 3f9a1c0d8e7b on master.
  - The package is public at https://localhost/harbour-3.1.3+001.tar.gz.

  /retry #42 repeats what failed and goes on from there. /cancel #42 ends it. It
  waits until 2 Jan 00:17 UTC, then it ends as failed.

  Retry: /retry #42
  Log: /logs #42
  Diagnose: /diagnose #42
  Cancel: /cancel #42`)
  })

  test('of several steps stands on one card, numbered', () => {
    const hand = started()
    for (const id of hand.running()) hand.settle(id, { ok: false, problem: { ...BROKEN, what: `${id} is broken.` } })
    const text = shown(hand, /problems/)
    expect(text).toContain('stopped: 6 steps failed')
    expect(text).toContain('6. Who may answer the gates: preflight.access is broken.')
  })

  test('has no buttons once the deployment has ended, and says who ended it', () => {
    const hand = stopped()
    hand.send({ type: 'cancelled', actor: ANA } as never)
    expect(shown(hand, /problems/)).not.toContain('Retry: ')
    expect(shown(hand, /problems/)).toMatch(/\n {2}ana cancelled it, \d\d:\d\d UTC\.\n/)
  })

  test('each stop has a card of its own', () => {
    const hand = stopped()
    const first = keys(hand.now(), hand.time()).find((key) => key.includes('problems'))
    hand.send({ type: 'retried', actor: ANA } as never)
    while (hand.running().length > 0)
      for (const id of hand.running())
        hand.settle(id, id === 'aur.test-package' ? { ok: false, problem: BROKEN } : evidenceOf(id))
    const cards = keys(hand.now(), hand.time()).filter((key) => key.includes('problems'))
    expect(cards).toHaveLength(2)
    expect(cards[0]).toBe(first)
    const before = cardsFor(hand.now(), hand.time()).filter(({ key }) => key === first)
    expect(before.flatMap(({ card }) => card.buttons)).toEqual([])
    expect(before.map(({ card }) => textOf(card)).join()).toContain('ana retried it')
  })
})

describe('the end', () => {
  test('complete: what exists, who approved, and the certificate', () => {
    const hand = complete()
    expect(shown(hand, /result/)).toBe(`ok #42: Harbour 3.1.3+001 is released
  Every check from outside passed.

  Took            1 min
  Asked by        ana
  Approved by     ben
  Release commit  3f9a1c0d8e7b on master

  What exists now:
  - Origin has the release commit 3f9a1c0d8e7b on master.
  - The package is public at https://localhost/harbour-3.1.3+001.tar.gz.
  - The AUR has harbour as 3.1.3-1, commit a1b2c3d4e5f6. Installs get it from
    now on.
  - one has run its deployment script for 3.1.3+001.
  - Origin has the tag v3.1.3+001.
  - Origin has the documentation, commit beefbeefbeef.

  Certificate:
    Harbour 3.1.3+001
    verified

  /verify --project harbour checks it again at any time.

  file: /data/harbour-3.1.3+001.json

  Verify: /verify --project harbour`)
    expect(shown(hand, /matrix/)).toBe(`ok #42: 3.1.3+001 from outside: 2 of 2 pass
  All 2 checks pass.

  Component  Check    Expected   Found      Verdict
  Git        Version  3.1.3+001  3.1.3+001  pass
  AUR        Live     3.1.3-1    3.1.3-1    pass`)
  })

  test('denied: what exists already, and how to ask again, take it back, or leave it', () => {
    const hand = atGate()
    hand.press(BEN, 'deny')
    expect(shown(hand, /result/)).toBe(`-- #42: Harbour 3.1.3+001 was denied
  ben denied it; ended 00:17 UTC.

  Users still have what they had: nothing has reached their installs or the
  server's visitors.

  What exists already:
  - Origin has the release commit 3f9a1c0d8e7b on master.
  - The package is public at https://localhost/harbour-3.1.3+001.tar.gz.
  - one has the release staged beside what serves.

  /deploy 3.1.3+001 --project harbour starts it again with the same commit.
  Leaving all of it as it is does no harm: the next release goes over it.

  To take the version commit back, in a clone of the product:
    git revert --no-edit ${COMMIT}
    git push origin master`)
  })

  test('cancelled before anything was pushed: nothing is left outside', () => {
    const hand = drive(oneHost)
    hand.send({ type: 'cancelled', actor: ANA } as never)
    expect(shown(hand, /result/)).toBe(`-- #42: Harbour 3.1.3+001 was cancelled
  ana cancelled it; ended 00:16 UTC.

  Users still have what they had: nothing has reached their installs or the
  server's visitors.

  It left nothing outside this machine.

  /deploy 3.1.3+001 --project harbour starts it again.`)
  })

  test('an outside step that was begun and not confirmed is never called undone', () => {
    const hand = atGate()
    hand.press(BEN)
    hand.send({
      type: 'intended',
      step: 'aur.submit',
      attempt: hand.now().steps['aur.submit']?.attempt,
      intent: { aurCommit: 'a' },
    } as never)
    hand.settle('aur.submit', { ok: false, problem: BROKEN })
    const text = shown(hand, /problems/)
    expect(text).toContain('Submit to the AUR was begun, and whether it took effect is not known.')
    expect(text).not.toContain('Users still have')
  })

  test('failed: nobody came', () => {
    const hand = stopped()
    hand.send({ type: 'woken', at: hand.time() + 25 * 3_600_000 } as never)
    expect(shown(hand, /result/)).toContain('It was stopped for 24 h and nobody retried or cancelled it; ended 2 Jan')
  })
})

const openOf = (...open: readonly Deployment[]): Overview => ({ open, barred: [], last: [] })

describe('looking from afar', () => {
  test('the status begins with what matters: who has to answer what, since when, until when', () => {
    const hand = atGate()
    const card = statusCard(openOf(hand.now()), hand.time() + 12 * 60_000)
    expect(card.title).toBe('Waiting for ben or cleo to approve Harbour 3.1.3+001 (#42), 12 min, until 12:17 UTC')
  })

  test('of several the one that needs somebody comes first', () => {
    const card = statusCard(openOf(started().now(), stopped().now()), 2_000_000)
    expect(card.title).toBe('#42: Harbour 3.1.3+001 is stopped')
    expect(textOf(card)).toContain('Nothing runs.')
  })

  test('with nothing open it says what can be done', () => {
    expect(textOf(statusCard(openOf(), 0))).toBe(`-- Nothing is being deployed
  /deploy offers the next versions, /history shows the last ones.`)
  })

  test('the history is a table', () => {
    const past = {
      number: 41,
      project: 'harbour',
      version: '3.1.2+001',
      status: 'complete',
      requester: 'ana',
      requestedAt: 0,
      endedAt: 3_600_000,
    }
    expect(textOf(historyCard([past]))).toBe(`-- The last deployments
  Complete           1 of 1 (100 %)
  Failures by phase  none

       Version            End       Asked by  When        Took
  #41  harbour 3.1.2+001  complete  ana       1 Jan 1970  1 h`)
  })

  test('the history counts what was completed, how long it ran, where it failed, and the way back', () => {
    const ended = (more: object) => ({
      project: 'harbour',
      requester: 'ana',
      requestedAt: 0,
      number: 1,
      version: '3.1.2',
      ...more,
    })
    const past = [
      ended({ status: 'complete', kind: 'release', worked: 10 }),
      ended({ status: 'complete', kind: 'release', worked: 14, failedIn: 'aur' }),
      ended({ status: 'rolled back', kind: 'release', worked: 90, failedIn: 'vps', backAfter: 6 }),
      ended({ status: 'rolled back', kind: 'rollback', backAfter: 4 }),
    ] as unknown as Parameters<typeof historyCard>[0]
    const [fields] = historyCard(past).sections
    expect(fields).toEqual({
      kind: 'fields',
      fields: [
        ['Complete', '2 of 3 (67 %)'],
        ['Median duration', '12 min, without the time people took'],
        ['Failures by phase', 'AUR 1, Server 1'],
        ['Back to good after', '5 min, median of 2'],
      ],
    })
  })

  test('a bare deploy offers exact versions', () => {
    const release = { version: '3.1.4', build: '001', full: '3.1.4+001' }
    const command = (version: string) => `deploy ${version} --project harbour`
    const wish = { dryRun: false, command }
    const card = choicesCard(project, [{ target: 'patch', release }], { version: '3.1.3', full: '3.1.3+001' }, wish)
    expect(textOf(card)).toBe(`-- Which version of Harbour?
  3.1.3+001 is released.

         Version    For
  patch  3.1.4+001  fixes only

  patch: 3.1.4+001: /deploy 3.1.4+001 --project harbour`)
  })
})

test('nothing invisible passes through a card, wherever it came from', () => {
  const hand = stopped()
  const evil = 'a\x1b[2Jb\u202ec\u200bd'
  const deployment: Deployment = {
    ...hand.now(),
    notes: evil,
    requester: { ...ANA, name: evil },
    steps: {
      ...hand.now().steps,
      'aur.test-package': {
        status: 'failed',
        attempt: 1,
        stale: false,
        evidence: {},
        notes: [evil],
        problem: { ...BROKEN, what: evil, details: [evil] },
        log: { file: evil, errors: [evil], tail: [] },
      },
    },
  }
  const text = JSON.stringify(cardsFor(deployment, 0).map(({ card }) => card))
  expect(text).not.toMatch(/\\u001b|\u202e|\u200b/)
  expect(text).toContain('\\\\u202e')
})

function never(): never {
  throw new Error('there is no such card')
}
