/** What people on call read at night when a rollback did not end well, and what is left of it in the incident. */
import { describe, expect, test } from 'vitest'
import type { Evidence, Outcome } from '../../src/release/deployment.ts'
import { incidentText } from '../../src/release/incident.ts'
import { type ProblemCode, problem } from '../../src/release/problems.ts'
import { cardsFor } from '../../src/release/report.ts'
import { runbookOf } from '../../src/release/runbook.ts'
import { textOf } from '../card-text.ts'
import { BEN, content, drive, project } from './sample.ts'

const COMMIT = '3f9a1c0d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b'
const BEFORE = 'beef00000000000000000000000000000000beef'
const previous = {
  release: { version: '3.1.2', build: '001', full: '3.1.2+001' },
  sources: ['journal'],
  commit: BEFORE,
}
const publish = { kind: 'directory', directory: '/srv/packages', url: 'https://localhost/{full}' } as const
const of = {
  ...project,
  build: { ...project.build, publish },
  vps: { ...project.vps, hosts: project.vps?.hosts.slice(0, 1) ?? [], restart: ['sh', '-c', 'restart it'] },
} as typeof project
const LEFT: Readonly<Record<string, Evidence>> = {
  'version.push': { commit: COMMIT },
  'build.publish': { publishedUrl: 'https://localhost/harbour-3.1.3%2B001.tar.gz' },
  'aur.submit': { aurCommit: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334', aurHead: 'a0a0a0' },
  'vps.record:one': {
    'keptCommit:one': BEFORE,
    'job:one': '/home/slip/.slipway/jobs/a',
    'keptPaths:one': ['build/web'],
  },
}
const NOT_BACK = {
  ...problem('rollback.not-back', { version: '3.1.2+001', failed: 1, count: 9 }, [
    'VPS Web, Version Endpoint: expected 3.1.2+001, fail: HTTP 403',
  ]),
  shell: 'curl -s https://localhost/version.json',
  causes: ['verify.web'] as const,
}

/** A release whose server failed and whose rollback took everything back but these. */
function emergency(broken: Readonly<Record<string, Outcome>>, kept: Readonly<Record<string, Evidence>> = {}) {
  const hand = drive(of, { previous })
  hand.start()
  const leave = (id: string) => ({ ...LEFT, ...kept })[id] as Record<string, string>
  hand.run((id) => leave(id) ?? {})
  hand.press(BEN)
  for (let id = hand.running()[0]; id !== undefined && id !== 'vps.deploy:one'; [id] = hand.running())
    hand.settle(id, { ok: true, evidence: leave(id) ?? {} })
  hand.settle('vps.deploy:one', failed('vps.host-key-changed'))
  const options = [{ name: 'everything', label: 'everything', bound: { name: 'everything' } }]
  hand.send({ type: 'asked', step: 'rollback.choose', attempt: 1, content: { ...content('a'), options } } as never)
  hand.press(BEN, 'approve', { digest: hand.now().gates.at(-1)?.options[0]?.digest ?? '' })
  for (let [id] = hand.running(); id !== undefined; [id] = hand.running())
    hand.settle(id, broken[id] ?? { ok: true, evidence: {} })
  return hand
}

const failed = (code: ProblemCode): Outcome => ({ ok: false, problem: problem(code, {} as never) })
const shown = (hand: ReturnType<typeof emergency>, key: RegExp) => {
  const card = cardsFor(hand.now(), hand.time()).find((each) => key.test(each.key))?.card
  return card === undefined ? '' : textOf(card)
}
const commandsOf = (hand: ReturnType<typeof emergency>) =>
  Object.fromEntries(runbookOf(hand.now()).map(({ title, commands }) => [title, commands]))

describe('an emergency', () => {
  test('says what is not back, what was done, and the commands for what is left', () => {
    const hand = emergency({ 'rollback.verify': { ok: false, problem: NOT_BACK } })
    expect(hand.now().status).toBe('emergency')
    expect(shown(hand, /emergency/)).toBe(`!! #42: Harbour needs people now, its rollback did not end well
  Harbour is locked. People on call are called every 10 min until one answers.

  What is not back, seen from outside:
  - VPS Web, Version Endpoint: expected 3.1.2+001, fail: HTTP 403

  Rollback:
  - Put back what served before: one: done
  - Put the previous files on the AUR: done
  - Withdraw the published package: done
  - Clean the build, restore the previous artifacts: done
  - Take back the release commits: done
  - Verify the rollback: failed. After the rollback, 1 of 9 checks failed,
    against 3.1.2+001.
  - Document the incident: done

  What is not back, to look at it yourself:
    curl -s https://localhost/version.json

  Server one: everything is back in its place; see what runs, and start it again:
    ssh -p 22 u@one
    cd /opt/h
    sh -c 'restart it'

  /verify 3.1.2+001 --project harbour tells when it is over; then /unlock
  harbour lets releases go on.

  I am on it: /acknowledge #42`)
  })

  test('once answered says who has it, and lists nothing as there that was taken back', () => {
    const hand = emergency({ 'rollback.verify': { ok: false, problem: NOT_BACK } })
    hand.send({ type: 'acknowledged', actor: BEN } as never)
    expect(shown(hand, /emergency/)).toContain('Answered by ben')
    expect(shown(hand, /result/)).toContain('#42: Harbour 3.1.3+001 was taken over by hand')
    expect(shown(hand, /result/)).not.toContain('It left nothing outside this machine.')
    expect(shown(hand, /result/).replace(/\s+/g, ' ')).toContain(
      '/unlock harbour lets releases go on; /verify 3.1.2+001 --project harbour checks it again.',
    )
    expect(shown(hand, /result/)).not.toContain('Installs get it from now on')
  })

  test('calls nobody any more once it is answered, and the calls before say by whom', () => {
    const hand = emergency({ 'rollback.verify': { ok: false, problem: NOT_BACK } })
    hand.send({ type: 'woken', at: hand.time() + 10 * 60_000 } as never)
    const called = () => cardsFor(hand.now(), hand.time()).find(({ key }) => key.endsWith('call:1'))?.card
    expect(called()).toMatchObject({ tone: 'bad', mentions: expect.anything() })
    hand.send({ type: 'acknowledged', actor: BEN } as never)
    expect(called()).toMatchObject({ tone: 'neutral', buttons: [] })
    expect(called()?.title).toContain('answered by ben')
    expect(called()).not.toHaveProperty('mentions')
  })

  test('lists what the rollback could not take back', () => {
    const hand = emergency({ 'rollback.aur': failed('aur.maintenance') })
    hand.send({ type: 'acknowledged', actor: BEN } as never)
    expect(shown(hand, /result/)).toContain('The AUR has harbour as 3.1.3')
    expect(shown(hand, /result/)).not.toContain('Origin has the release commit')
  })
})

describe('the runbook', () => {
  test('has for each component that is not back what a person would type, each line whole', () => {
    const codes = ['rollback.server:one', 'rollback.aur', 'rollback.publish', 'rollback.git']
    const hand = emergency(Object.fromEntries(codes.map((id) => [id, failed('vps.unreachable')])))
    expect(commandsOf(hand)).toEqual({
      'Server one: put back what served before': [
        'ssh -p 22 u@one',
        'cd /opt/h',
        `git reset --keep ${BEFORE}`,
        'rm -rf -- /opt/h/build/web && cp -a -- /home/slip/.slipway/jobs/a/kept/build/web /opt/h/build/web',
        "sh -c 'restart it'",
      ],
      'AUR: put the previous files back, as a new commit': [
        'git clone /aur.git harbour && cd harbour',
        'git read-tree -u --reset a0a0a0',
        "git commit --all --message 'Back to the previous version' && git push",
      ],
      'Published package: remove it where it is kept, once nothing on the AUR names it': [
        'rm -f -- /srv/packages/harbour-3.1.3+001.tar.gz /srv/packages/harbour-3.1.3+001.tar.gz.sha256',
        'curl -I https://localhost/harbour-3.1.3%2B001.tar.gz',
      ],
      'Git: take the release commits back, in a clone of the product': [
        'git checkout master',
        'git pull --ff-only origin master',
        `git revert --no-edit ${COMMIT}`,
        'git push origin master',
      ],
    })
  })

  test('has a commit that was there before the release looked at before it is taken back', () => {
    const kept = { 'version.push': { commit: COMMIT, pushedOver: COMMIT } }
    const hand = emergency({ 'rollback.git': failed('vps.unreachable') }, kept)
    expect(commandsOf(hand)['Git: take the release commits back, in a clone of the product']).toEqual([
      'git checkout master',
      'git pull --ff-only origin master',
      '# it was there before #42: look first, and leave it out where it holds more than the version',
      `git show --stat ${COMMIT}`,
      `git revert --no-edit ${COMMIT}`,
      'git push origin master',
    ])
  })

  test('never lets the script pull the release again where nothing was kept', () => {
    const kept = { 'vps.record:one': { ...LEFT['vps.record:one'], 'keptPaths:one': [], 'origin:one': 'git@h:o.git' } }
    const hand = emergency({ 'rollback.server:one': failed('vps.unreachable') }, kept)
    expect(Object.values(commandsOf(hand))[0]).toEqual([
      'ssh -p 22 u@one',
      'cd /opt/h',
      `git reset --keep ${BEFORE}`,
      'rm -rf -- /home/slip/.slipway/jobs/a/before.git && git clone --quiet --bare . /home/slip/.slipway/jobs/a/before.git',
      `git -C /home/slip/.slipway/jobs/a/before.git update-ref refs/heads/master ${BEFORE}`,
      `env GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url./home/slip/.slipway/jobs/a/before.git.insteadOf GIT_CONFIG_VALUE_0=git@h:o.git ${of.vps?.deploy.join(' ')}`,
    ])
  })

  test('names the certificate where that is what is wrong', () => {
    const found = ['VPS Web, Version Endpoint: expected 3.1.2+001, fail: it shows an expired certificate']
    const hand = emergency({ 'rollback.verify': { ok: false, problem: { ...NOT_BACK, details: found } } })
    expect(Object.keys(commandsOf(hand))).toContain(
      'Certificate: no rollback fixes it; renew it where the site is served',
    )
  })
})

test('the incident says of each effect that it was taken back, and of its own writing nothing', () => {
  const hand = emergency({ 'rollback.aur': failed('aur.maintenance') })
  const text = incidentText(hand.now(), { now: 0, components: [] })
  expect(text).toContain('on master. The rollback took it back.')
  expect(text).toContain('Installs get it from now on.\n')
  expect(text).not.toContain('- Document the incident: ')
})
