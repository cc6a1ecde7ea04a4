/** What a step did outside is not forgotten when it is tried again, or opened again with the rest. */
import { describe, expect, test } from 'vitest'
import type { Deployment, Evidence } from '../../src/release/deployment.ts'
import { evidenceOf } from '../../src/release/evidence.ts'
import { type ProblemCode, problem } from '../../src/release/problems.ts'
import { reached, usersHave } from '../../src/release/report/reached.ts'
import { componentsOf, effectsOf, undoChoices } from '../../src/release/undo.ts'
import { ANA, BEN, content, drive } from './sample.ts'

const previous = { release: { version: '3.1.2', build: '001', full: '3.1.2+001' }, sources: ['journal'], commit: 'p' }
const failed = (code: ProblemCode) => ({ ok: false as const, problem: problem(code, {} as never) })
const gone = failed('vps.host-key-changed')

function atGate() {
  const hand = drive(undefined, { previous })
  hand.start()
  hand.run()
  return hand
}

type Hand = ReturnType<typeof drive>

const attemptOf = (hand: Hand, step: string) => hand.now().steps[step]?.attempt ?? 0

function intends(hand: Hand, step: string, intent: Evidence) {
  hand.send({ type: 'intended', step, attempt: attemptOf(hand, step), intent } as never)
}

function retries(hand: Hand) {
  hand.send({ type: 'retried', actor: ANA } as never)
}

const effects = (deployment: Deployment) =>
  effectsOf(deployment).map(({ name, item }) => (item === undefined ? name : `${name}:${item}`))

describe('a submit whose end nobody saw', () => {
  /** It is asked about once more, since an approval counts once. */
  function askedAgain() {
    const hand = atGate()
    hand.press(BEN)
    intends(hand, 'aur.submit', { aurCommit: 'a1', aurHead: 'a0' })
    hand.settle('aur.submit', gone)
    retries(hand)
    return hand
  }

  test('is still offered to be taken back after the next question was denied', () => {
    const hand = askedAgain()
    hand.run()
    hand.press(BEN, 'deny')
    expect(effects(hand.now())).toContain('aur.submit')
    expect(componentsOf(hand.now())).toContain('aur')
    expect(undoChoices(hand.now()).find(({ name }) => name === 'everything')?.components).toContain('aur')
    expect(usersHave(hand.now())).not.toContain('nothing has reached')
  })

  test('is none where the AUR is known to have taken nothing', () => {
    const hand = atGate()
    hand.press(BEN)
    intends(hand, 'aur.submit', { aurCommit: 'a1', aurHead: 'a0' })
    hand.settle('aur.submit', { ...failed('aur.refused'), refused: true })
    expect(effects(hand.now())).not.toContain('aur.submit')
    expect(hand.now().frozen).toBe(false)
    expect(reached(hand.now()).join('\n')).not.toContain('was begun')
    expect(usersHave(hand.now())).toContain('nothing has reached')
  })

  test('keeps the release commit frozen where the next question could not be asked', () => {
    const hand = askedAgain()
    expect(hand.is('aur.submit')).toBe('asking')
    hand.settle('aur.submit', failed('aur.unreachable'))
    expect(hand.now().frozen).toBe(true)
  })

  test('is no push at all where the AUR refused it for another one', () => {
    const hand = atGate()
    hand.press(BEN)
    intends(hand, 'aur.submit', { aurCommit: 'a1', aurHead: 'a0' })
    hand.settle('aur.submit', { ok: false, changed: content('b') })
    expect(effects(hand.now())).not.toContain('aur.submit')
    expect(hand.now().frozen).toBe(false)
    expect(usersHave(hand.now())).toContain('nothing has reached')
  })
})

test('a server that may have been switched goes back with the rest, though the next attempt did not reach it', () => {
  const hand = atGate()
  hand.press(BEN)
  hand.until('vps.pull:one')
  intends(hand, 'vps.pull:one', { host: 'one' })
  hand.settle('vps.pull:one', gone)
  retries(hand)
  hand.settle('vps.pull:one', gone)
  expect(effects(hand.now())).toContain('vps.pull:one')
  expect(componentsOf(hand.now())).toContain('vps')
})

test('a script that may still run is known through every attempt', () => {
  const hand = atGate()
  hand.press(BEN)
  hand.until('vps.deploy:one')
  intends(hand, 'vps.deploy:one', { host: 'one', job: '.slipway/jobs/1' })
  hand.settle('vps.deploy:one', failed('vps.unreachable'))
  // Troubleshooting opens the step again.
  for (let id = hand.running()[0]; id?.startsWith('probe.'); id = hand.running()[0])
    hand.settle(id, { ok: true, evidence: { answer: id.startsWith('probe.connection') ? 'none' : 'next', found: '' } })
  hand.settle(hand.running().find((id) => id.startsWith('fix.wait')) ?? 'fix.wait')
  expect(hand.running()).toEqual(['vps.deploy:one'])
  hand.settle('vps.deploy:one', gone)
  expect(hand.now().steps['vps.deploy:one']?.job).toEqual({ host: 'one', folder: '.slipway/jobs/1' })
})

describe('what is public when a retry takes a moved head', () => {
  const left = (id: string): Evidence => {
    if (id === 'preflight.origin') return { base: 'b1' }
    if (id === 'version.commit' || id === 'version.push') return { commit: 'c1' }
    return id === 'build.publish' ? { publishedUrl: 'https://localhost/harbour.tar.gz' } : {}
  }
  function moved() {
    const hand = drive(undefined, { previous })
    hand.start()
    for (const [step, intent] of Object.entries({
      'version.push': { commit: 'c1', remoteHead: 'p' },
      'build.publish': {},
    })) {
      for (let id = hand.running()[0]; id !== undefined && hand.is(step) !== 'running'; id = hand.running()[0])
        hand.settle(id, { ok: true, evidence: left(id) })
      intends(hand, step, intent)
    }
    hand.run(left)
    hand.send({ type: 'woken', at: hand.now().gates[0]?.expiresAt ?? 0 } as never)
    retries(hand)
    hand.settle('preflight.origin', { ok: true, evidence: { base: 'b2' } })
    return hand
  }

  test('is told as it stands, and can be taken back', () => {
    const now = moved().now()
    expect(now.steps['build.publish']?.status).toBe('pending')
    expect(reached(now).join('\n')).toContain('Origin has the release commit c1 on master.')
    expect(effects(now)).toEqual(expect.arrayContaining(['version.push', 'build.publish']))
    expect(undoChoices(now)).not.toEqual([])
  })

  test('gives way to what is done anew', () => {
    const hand = moved()
    hand.run((id) => (id.startsWith('version.') ? { commit: 'c2' } : { base: 'b2' }))
    const now = hand.now()
    expect(now.steps['version.push']).toMatchObject({
      status: 'done',
      attempted: [{ attempt: 1, intent: { commit: 'c1', remoteHead: 'p' } }],
    })
    expect(now.steps['version.push']?.left).toBeUndefined()
    expect(evidenceOf(now).commit).toBe('c2')
    expect(reached(now).join('\n')).toContain('Origin has the release commit c2 on master.')
  })
})
