import { describe, expect, test } from 'vitest'
import { cancel } from '../../commands/cancel.ts'
import type { Incoming } from '../../src/ports/chat.ts'
import type { Desk } from '../../src/ports/desk.ts'
import type { Card } from '../../src/release/card.ts'
import type { Outcome, Stop } from '../../src/release/deployment.ts'
import { replay } from '../../src/release/machine.ts'
import { approversToCall } from '../../src/release/mentions.ts'
import { type ProblemCode, problem } from '../../src/release/problems.ts'
import { stopCard } from '../../src/release/report/problem.ts'
import { titled } from '../../src/release/report/progress.ts'
import { usersHave } from '../../src/release/report/reached.ts'
import { resultCard } from '../../src/release/report/result.ts'
import { cardsFor } from '../../src/release/report.ts'
import { chooseStep, undoChoices } from '../../src/release/undo.ts'
import { textOf } from '../card-text.ts'
import { ANA, BEN, content, drive, project } from './sample.ts'

type Hand = ReturnType<typeof drive>

const MINUTE = 60_000
const previous = { release: { version: '3.1.2', build: '001', full: '3.1.2+001' }, sources: ['journal'], commit: 'p' }
const failed = (code: ProblemCode): Outcome => ({ ok: false, problem: problem(code, {} as never) })
const answer = (word: string): Outcome => ({ ok: true, evidence: { answer: word, found: word } })
const restarting = { ...project, vps: { ...project.vps, restart: ['systemctl', 'restart', 'web'] } } as typeof project
const OPTIONS = {
  ...content('a'),
  options: ['phase', 'everything'].map((name) => ({ name, label: name, bound: { name } })),
}

/** A deployment that is at the given step, the gate before it approved. */
function at(step: string, of = project): Hand {
  const hand = drive(of, { previous })
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.until(step)
  return hand
}

/** Answers every probe that runs, until something else does. */
function probing(hand: Hand, answers: Readonly<Record<string, string>>): void {
  for (let count = 0; count < 50; count += 1) {
    const probe = hand.running().find((id) => id.startsWith('probe.'))
    if (probe === undefined) return
    const name = probe.replace(/[:.][^.]*$/, '').replace(/:.*$/, '')
    hand.settle(probe, answer(answers[name] ?? 'next'))
  }
}

/** A deployment whose server step failed and whose rollback is asked. */
function asking(): Hand {
  const hand = at('vps.deploy:one')
  hand.settle('vps.deploy:one', failed('vps.host-key-changed'))
  hand.send({ type: 'asked', step: 'rollback.choose', attempt: 1, content: OPTIONS } as never)
  return hand
}

function approve(hand: Hand, name: string): void {
  hand.press(BEN, 'approve', {
    digest:
      hand
        .now()
        .gates.at(-1)
        ?.options.find((each) => each.name === name)?.digest ?? '',
  })
}

function choose(hand: Hand, name: string): void {
  approve(hand, name)
  hand.settle('rollback.choose')
}

describe('a failure that the tree knows', () => {
  test('is looked at, mended by a safe fix that is done unasked, and looked at again', () => {
    const hand = drive(project, { previous })
    hand.start()
    hand.until('build.target:linux')
    hand.settle('build.target:linux', failed('build.failed'))
    for (const id of hand.running().filter((id) => !id.startsWith('probe.'))) hand.settle(id)
    probing(hand, { 'probe.disk': 'room', 'probe.doctor': 'well', 'probe.dependencies': 'stale' })
    expect(hand.running()).toEqual(['fix.rebuild:linux.1'])
    hand.settle('fix.rebuild:linux.1')
    expect(hand.running()).toContain('build.clean:linux')
    expect(hand.is('build.clean:web')).toBe('done')
    hand.run()
    expect(hand.now().status).toBe('waiting')
  })

  test('comes to a person after two rounds, with every failure on one stop', () => {
    const hand = at('vps.status:one', restarting)
    const answers = { 'probe.server-status': 'down', 'probe.site': 'other' }
    for (const fix of ['fix.restart:one.1', 'fix.redeploy:one.2']) {
      hand.settle('vps.status:one', failed('vps.status-failed'))
      probing(hand, answers)
      expect(hand.now().status).toBe('stopped')
      expect(
        hand
          .now()
          .stops.at(-1)
          ?.offers?.map(({ id }) => id),
      ).toEqual([fix])
      hand.send({ type: 'accepted', offer: fix, actor: BEN } as never)
      expect(hand.running()).toEqual([fix])
      hand.settle(fix)
      for (let count = 0; count < 5 && !hand.running().includes('vps.status:one'); count += 1)
        for (const id of hand.running()) hand.settle(id)
    }
    hand.settle('vps.status:one', failed('vps.status-failed'))
    expect(hand.now().stops.at(-1)).toMatchObject({ offers: [], advice: 'Two rounds of fixing did not help.' })
  })

  test('of one server, seen at its own address, is mended on that server', () => {
    const own = ['one', 'three']
    const hosts = (project.vps?.hosts ?? []).map((host) => ({
      ...host,
      ...(own.includes(host.name) && { app: `https://${host.name}.example` }),
    }))
    const seen = { ...restarting, vps: { ...restarting.vps, hosts } } as typeof project
    const hand = at('verify.matrix', seen)
    for (const other of hand.running())
      hand.settle(other, other === 'verify.matrix' ? failed('verify.served') : undefined)
    for (let probe = hand.running()[0]; probe?.startsWith('probe.'); probe = hand.running()[0])
      hand.settle(probe, answer(probe.startsWith('probe.server-site:three') ? 'other' : 'right'))
    expect(hand.now().plan.flatMap(({ name, item }) => (name === 'probe.server-site' ? [item] : []))).toEqual(own)
    expect(
      hand
        .now()
        .stops.at(-1)
        ?.offers?.map(({ id }) => id),
    ).toEqual(['fix.redeploy:three.1'])
    hand.send({ type: 'accepted', offer: 'fix.redeploy:three.1', actor: BEN } as never)
    hand.settle('fix.redeploy:three.1')
    expect(hand.running()).toEqual(['vps.deploy:three'])
  })

  test('waits and tries again unasked only what looks or can pass by itself, never a script that failed', () => {
    const hand = at('vps.deploy:one')
    hand.settle('vps.deploy:one', failed('vps.deploy-failed'))
    probing(hand, { 'probe.ssh': 'yes', 'probe.site': 'right' })
    expect(hand.now().plan.filter(({ name }) => name === 'fix.wait')).toEqual([])
  })

  test('is never mended by a fix that nobody pressed for, nor by one of another stop', () => {
    const hand = at('vps.status:one', restarting)
    hand.settle('vps.status:one', failed('vps.status-failed'))
    probing(hand, { 'probe.server-status': 'down' })
    expect(hand.running()).toEqual([])
    expect(hand.send({ type: 'accepted', offer: 'fix.redeploy:one.1', actor: BEN } as never)?.events).toEqual([])
    hand.send({ type: 'retried', actor: BEN } as never)
    expect(hand.send({ type: 'accepted', offer: 'fix.restart:one.1', actor: BEN } as never)?.events).toEqual([])
  })
})

describe('after a long absence that nobody has answered yet', () => {
  test('a fix that is pressed for is the answer: it runs, alone', () => {
    const hand = at('vps.deploy:one')
    hand.send({ type: 'resumed', away: 20 } as never)
    hand.settle('vps.deploy:one', failed('vps.deploy-failed'))
    probing(hand, { 'probe.script': 'failed' })
    hand.send({ type: 'accepted', offer: 'fix.redeploy:one.1', actor: BEN } as never)
    expect(hand.running()).toEqual(['fix.redeploy:one.1'])
    hand.settle('fix.redeploy:one.1')
    expect(hand.running()).toEqual(['vps.deploy:one'])
    hand.run()
    expect(hand.now()).toMatchObject({ status: 'complete', stops: [{}] })
  })

  test('no rollback is asked about where nothing has failed, unless somebody wants one', () => {
    const hand = at('vps.pull:one')
    hand.send({ type: 'resumed', away: 20 } as never)
    hand.run()
    expect(hand.now()).toMatchObject({ status: 'stopped', stops: [{ failed: [{ problem: { code: 'step.held' } }] }] })
    expect(hand.is('rollback.choose')).toBeUndefined()
    hand.send({ type: 'rollback-asked', actor: BEN } as never)
    expect(hand.is('rollback.choose')).toBe('asking')
  })
})

describe('a failure that users may have met, and no fix mends', () => {
  test('asks for a rollback, and waits for as long as it takes', () => {
    const hand = asking()
    expect(hand.now().status).toBe('waiting')
    expect(hand.now().gates.at(-1)).toMatchObject({ name: 'rollback', status: 'open', reminders: 0 })
    hand.send({ type: 'woken', at: hand.time() + 61 * MINUTE } as never)
    hand.send({ type: 'woken', at: hand.time() + 40 * 24 * 60 * MINUTE } as never)
    expect(hand.now().gates.at(-1)).toMatchObject({ status: 'open', reminders: 2 })
    expect(hand.now().endedAt).toBeUndefined()
  })

  test('asks in its newest reminder alone, and what earlier ones say stays so', () => {
    const hand = asking()
    for (const minutes of [61, 121]) hand.send({ type: 'woken', at: hand.time() + minutes * MINUTE } as never)
    const reminders = () =>
      cardsFor(hand.now(), hand.time()).flatMap(({ key, card }) => (key.includes('/reminder:') ? [card] : []))
    const [earlier, newest] = reminders()
    expect(reminders()).toHaveLength(2)
    expect(earlier?.buttons).toEqual([])
    expect(newest?.buttons.length).toBeGreaterThan(1)
    choose(hand, 'everything')
    expect(reminders()).toEqual([earlier, expect.objectContaining({ buttons: [] })])
  })

  test('rolls back exactly the plan whose digest was pressed, each step after the other', () => {
    const hand = asking()
    expect(hand.press(BEN)?.events).toEqual([])
    choose(hand, 'everything')
    const ran: string[] = []
    for (let [next] = hand.running(); next !== undefined; [next] = hand.running()) {
      ran.push(next)
      hand.settle(next)
    }
    const undo = ['server:one', 'aur', 'publish', 'build', 'git', 'verify', 'incident']
    expect(ran).toEqual(undo.map((name) => `rollback.${name}`))
    expect(hand.now().status).toBe('rolled back')
    expect(replay(JSON.parse(JSON.stringify(hand.journal)))).toEqual(hand.now())
  })

  test.each([
    ['everything', / and verified from outside/, 'everybody else has what they had before'],
    ['phase', /, the server alone, and verified from outside/, 'Not rolled back: the AUR goes on offering 3.1.3+001.'],
  ])('rolled back by the plan "%s", the result says what users have now', (plan, how, have) => {
    const hand = asking()
    choose(hand, plan)
    hand.run()
    expect(hand.now().status).toBe('rolled back')
    const text = textOf(resultCard(hand.now(), {}) as Card).replaceAll(/\s+/g, ' ')
    expect(text).toMatch(how)
    expect(text).toContain(have)
    expect(text.includes('everybody else')).toBe(plan === 'everything')
  })

  test('runs the other undo steps when one fails, and calls people until one answers', () => {
    const hand = asking()
    choose(hand, 'everything')
    hand.settle('rollback.server:one', failed('vps.unreachable'))
    hand.run()
    expect(hand.now().status).toBe('emergency')
    expect(hand.is('rollback.git')).toBe('done')
    hand.send({ type: 'woken', at: hand.time() + 10 * MINUTE } as never)
    expect(hand.now().emergency?.calls).toBe(1)
    expect(hand.now().endedAt).toBeUndefined()
    hand.send({ type: 'acknowledged', actor: BEN } as never)
    expect(hand.now()).toMatchObject({ status: 'emergency', emergency: { answered: { actor: BEN } } })
    expect(hand.now().endedAt).toBeDefined()
  })

  test('asks before it goes on after a long absence, and goes on with the step that was interrupted', async () => {
    const hand = asking()
    choose(hand, 'everything')
    hand.send({ type: 'resumed', away: 90 } as never)
    hand.settle('rollback.server:one', failed('step.held'))
    expect(hand.now().status).toBe('stopped')
    expect(hand.now().stops.at(-1)?.failed).toMatchObject([
      { step: 'rollback.server:one', problem: { code: 'step.held-undo' } },
    ])
    const [asked] = hand.now().stops.slice(-1)
    const card = asked && stopCard(hand.now(), asked, {})
    expect(card?.buttons.map(({ command }) => command)).toEqual(['retry #42'])
    expect(card?.tone).toBe('bad')
    expect(card?.mentions).toEqual(approversToCall(project))
    expect(JSON.stringify(card)).not.toContain('ancel it')
    const desk = { find: async () => hand.now(), send: async () => undefined } as unknown as Desk
    const refused = await cancel.answer({ kind: 'cancel', free: false }, { actor: ANA, id: '1' } as Incoming, desk)
    expect(refused).toMatchObject({ code: 'request.cancel-undo' })
    const { length } = hand.now().stops
    hand.send({ type: 'posted', key: '42/x', message: { platform: 'terminal', channel: 'x', id: 'x' } } as never)
    expect(hand.now().stops).toHaveLength(length)
    hand.send({ type: 'retried', actor: BEN } as never)
    expect(hand.running()).toEqual(['rollback.server:one'])
    hand.run()
    expect(hand.now().status).toBe('rolled back')
    expect(replay(JSON.parse(JSON.stringify(hand.journal)))).toEqual(hand.now())
  })

  test('asked again because the world has changed, it leaves the submitted commit frozen for a retry', () => {
    const hand = asking()
    const everything = hand
      .now()
      .gates.at(-1)
      ?.options.find(({ name }) => name === 'everything')
    hand.press(BEN, 'approve', { digest: everything?.digest ?? '' })
    hand.settle('rollback.choose', { ok: false, changed: { ...OPTIONS, bound: { commit: 'b' } } })
    expect(hand.now().gates.at(-1)).toMatchObject({ name: 'rollback', status: 'open' })
    expect(hand.now().frozen).toBe(true)
    hand.send({ type: 'retried', actor: ANA } as never)
    expect(hand.running()).toEqual(['vps.deploy:one'])
  })

  test('denied, it leaves the record and ends as failed', () => {
    const hand = asking()
    hand.press(BEN, 'deny')
    expect(hand.running()).toEqual(['rollback.incident'])
    hand.run()
    expect(hand.now().status).toBe('failed')
    const text = textOf(resultCard(hand.now(), {}) as Card).replaceAll(/\s+/g, ' ')
    expect(text).toContain('/unlock harbour lets releases go on; then /deploy 3.1.3+001')
    expect(text).toContain('Left as it is, users keep what is listed above')
    expect(text).not.toContain('no harm')
  })

  test('retried instead, it goes on and the question about the rollback is closed', () => {
    const hand = asking()
    hand.send({ type: 'retried', actor: ANA } as never)
    expect(hand.now().gates.at(-1)?.status).toBe('closed')
    expect(hand.running()).toEqual(['vps.deploy:one'])
    hand.run()
    expect(hand.now().status).toBe('complete')
  })

  test('once it rolls back, neither a retry nor a cancel stops it half way', () => {
    const hand = asking()
    choose(hand, 'phase')
    expect(hand.send({ type: 'retried', actor: ANA } as never)?.events).toEqual([])
    expect(hand.send({ type: 'cancelled', actor: ANA } as never)?.events).toEqual([])
    expect(hand.running()).toEqual(['rollback.server:one'])
  })
})

test('a server that was pulled and whose script did not begin may serve the release already', () => {
  const { aur: _, ...bare } = project
  const hand = at('vps.pull:one', bare as typeof project)
  hand.settle('vps.pull:one')
  hand.settle('vps.deploy:one', failed('vps.host-key-changed'))
  expect(usersHave(hand.now())).toContain('has reached users')
})

describe('a submit that nobody could look at after a restart', () => {
  const unseen = (passing: boolean): Outcome => ({
    ok: false,
    problem: { ...problem('step.unknown', {} as never), passing },
  })
  const interrupted = (passing: boolean) => {
    const hand = at('aur.submit')
    hand.send({ type: 'intended', step: 'aur.submit', attempt: 2, intent: { aurCommit: 'a2' } } as never)
    hand.settle('aur.submit', unseen(passing))
    return hand
  }

  test('is waited for where the cause can pass, and asked again before anything is pushed', () => {
    const hand = interrupted(true)
    probing(hand, { 'probe.connection': 'none' })
    expect(hand.running()).toEqual(['fix.wait.1'])
    hand.settle('fix.wait.1')
    expect(hand.is('aur.submit')).toBe('asking')
    expect(hand.now().plan.some(({ id }) => id === 'rollback.choose')).toBe(false)
  })

  test('is a question otherwise, and says that users may have it, not that they have', () => {
    const hand = interrupted(false)
    expect(hand.is('rollback.choose')).toBe('asking')
    expect(usersHave(hand.now())).toContain('Some of 3.1.3+001 may have reached users')
  })
})

describe('a failure before anything reached users', () => {
  const early = (more: Parameters<typeof drive>[1] = { previous }) => {
    const hand = drive(project, more)
    hand.start()
    hand.until('aur.test-package')
    hand.settle('aur.test-package', failed('aur.version-lower'))
    hand.run()
    return hand
  }

  test('stops without a question about a rollback, until somebody asks for one', () => {
    const hand = early()
    expect(hand.now().status).toBe('stopped')
    expect(hand.is('rollback.choose')).toBeUndefined()
    hand.send({ type: 'rollback-asked', actor: ANA } as never)
    expect(hand.is('rollback.choose')).toBe('asking')
  })

  test('that is rolled back says that nothing of it had reached them', () => {
    const hand = early()
    hand.send({ type: 'rollback-asked', actor: ANA } as never)
    expect(titled(hand.now())).toContain('is looked at for a rollback')
    hand.send({ type: 'asked', step: 'rollback.choose', attempt: 1, content: OPTIONS } as never)
    choose(hand, 'everything')
    hand.run()
    expect(hand.now().status).toBe('rolled back')
    expect(textOf(resultCard(hand.now(), {}) as Card)).toContain('Nothing of 3.1.3+001 had reached users')
  })

  test('its question can be asked for once more where it could not be put', () => {
    const hand = early()
    hand.send({ type: 'rollback-asked', actor: ANA } as never)
    hand.settle('rollback.choose', failed('step.bug'))
    expect(hand.is('rollback.choose')).toBe('failed')
    hand.send({ type: 'rollback-asked', actor: ANA } as never)
    expect(hand.is('rollback.choose')).toBe('asking')
    expect(hand.now().steps['rollback.choose']?.attempt).toBe(2)
  })

  test('one that was chosen and could not begin has taken nothing back: that is told, and it can be asked for once more', () => {
    const hand = asking()
    approve(hand, 'everything')
    hand.settle('rollback.choose', failed('step.bug'))
    const now = hand.now()
    expect(now.status).toBe('stopped')
    const card = stopCard(now, now.stops.at(-1) as Stop, {})
    expect(textOf(card)).toContain('The rollback has not begun, and nothing was taken back.')
    expect(card.buttons.map(({ label }) => label)).toContain('Roll back')
    hand.send({ type: 'rollback-asked', actor: ANA } as never)
    expect(hand.is('rollback.choose')).toBe('asking')
  })

  test('a first release has no rollback', () => {
    const hand = early({})
    expect(undoChoices(hand.now())).toEqual([])
    expect(hand.send({ type: 'rollback-asked', actor: ANA } as never)?.events).toEqual([])
  })
})

describe('a rollback with a number of its own', () => {
  const undoes = { numbers: [41], effects: [{ name: 'aur.submit' }], evidence: {} } as const
  const back = () => {
    const hand = drive(project, { kind: 'rollback', plan: [chooseStep()], previous, undoes })
    hand.start()
    hand.settle('rollback.choose', failed('step.bug'))
    return hand
  }

  test('stops where its question cannot be put, is asked again by a retry, and gives up its place in the end', () => {
    const hand = back()
    expect(hand.now()).toMatchObject({ status: 'stopped', stops: [{ failed: [{ step: 'rollback.choose' }] }] })
    hand.send({ type: 'retried', actor: ANA } as never)
    expect(hand.is('rollback.choose')).toBe('asking')
    hand.settle('rollback.choose', failed('step.bug'))
    hand.send({ type: 'woken', at: hand.time() + 25 * 60 * MINUTE } as never)
    expect(hand.now().status).toBe('failed')
  })

  test('stops where what was chosen could not begin', () => {
    const hand = back()
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.send({ type: 'asked', step: 'rollback.choose', attempt: 2, content: OPTIONS } as never)
    approve(hand, 'everything')
    hand.settle('rollback.choose', failed('step.bug'))
    expect(hand.now()).toMatchObject({ status: 'stopped', stops: [{}, { failed: [{ step: 'rollback.choose' }] }] })
  })

  test('that came to nothing says that users have what they had', () => {
    const hand = back()
    hand.send({ type: 'cancelled', actor: ANA } as never)
    const said = textOf(resultCard(hand.now(), {}) as Card)
    expect(said).toContain('Nothing was rolled back: users have what they had, 3.1.3+001.')
    expect(said).toContain('/rollback #42 asks again.')
    expect(said).not.toContain('deploy')
  })
})

test('a failure after everything was verified tells users what they have, and takes nothing from it', () => {
  const hand = at('finish.push')
  hand.settle('finish.push', failed('step.bug'))
  hand.run()
  expect(usersHave(hand.now())).toBe('Users have 3.1.3+001, and every check from outside passed.')
})
