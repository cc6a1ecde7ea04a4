import { describe, expect, test } from 'vitest'
import { differences, digestOf } from '../../src/release/approvals.ts'
import { takenUp } from '../../src/release/machine/hold.ts'
import { replay } from '../../src/release/machine.ts'
import { problem } from '../../src/release/problems.ts'
import { ANA, BEN, content, drive, person, project } from './sample.ts'

const broken = { ok: false, problem: problem('step.bug', { step: 'x', message: 'y', number: 42 }) } as const
const HOUR = 3_600_000

describe('a release from request to certificate', () => {
  test('waits for the slot, runs to the gate, and ends complete after one approval', () => {
    const hand = drive()
    expect(hand.now().status).toBe('queued')
    hand.start()
    hand.run()
    expect(hand.now().status).toBe('waiting')
    expect(hand.is('aur.submit')).toBe('waiting')
    hand.press(BEN)
    hand.run()
    expect(hand.now().status).toBe('complete')
    expect(hand.now().commit).toBe('c1')
  })

  test('begins every check at once, and nothing else', () => {
    const hand = drive()
    hand.start()
    expect(hand.running()).toEqual([
      'preflight.origin',
      'preflight.tools',
      'preflight.disk',
      'preflight.aur',
      'preflight.hosts',
      'preflight.access',
    ])
  })

  test('builds while the push is under way, Linux first', () => {
    const hand = drive()
    hand.start()
    hand.until('version.commit')
    hand.settle('version.commit', { ok: true, evidence: { commit: 'c1' } })
    expect(hand.running()).toEqual(['version.push', 'build.clean:linux', 'build.clean:web'])
  })

  test('switches the first host alone, then the others in batches', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.press(BEN)
    hand.settle('aur.submit')
    const switched: string[][] = []
    for (let round = 0; round < 100 && hand.now().status === 'running'; round += 1) {
      const pulls = hand.running().filter((id) => id.startsWith('vps.pull'))
      if (pulls.length > 0) switched.push(pulls)
      for (const id of hand.running()) hand.settle(id)
    }
    expect(switched).toEqual([['vps.pull:one'], ['vps.pull:two', 'vps.pull:three'], ['vps.pull:four']])
    expect(hand.now().status).toBe('complete')
  })

  test('a product without an AUR package is asked before its first server', () => {
    const { aur: _, ...withoutAur } = project
    const hand = drive(withoutAur)
    hand.start()
    hand.run()
    expect(hand.now().gates.map(({ name, step }) => [name, step])).toEqual([['vps-switch', 'vps.pull:one']])
    hand.press(BEN)
    hand.run()
    expect(hand.now().status).toBe('complete')
    expect(hand.now().gates).toHaveLength(1)
  })

  const URL = 'https://localhost/harbour-{full}.tar.gz'
  const DIRECTORY = { kind: 'directory', directory: '/srv/public', url: URL } as const

  test.each([
    ['puts its package somewhere', DIRECTORY, 'finish', [['publish', 'build.publish']]],
    ['puts it below its tag', DIRECTORY, 'publish', [['publish', 'build.tag']]],
    ['is packed by a forge from its tag', { kind: 'tag', url: URL } as const, 'publish', [['publish', 'build.tag']]],
    ['publishes nothing', undefined, 'finish', []],
  ] as const)(
    'a product without AUR package and servers that %s is asked before it is public',
    (_, place, when, gates) => {
      const { aur: __, vps: ___, ...plain } = project
      const { publish: ____, package: packed, ...build } = project.build
      const isPacked = place?.kind !== 'tag' && packed !== undefined
      const tag = { ...project.repository.tag, when }
      const of = {
        ...plain,
        repository: { ...project.repository, tag },
        build: { ...build, ...(isPacked && { package: packed }), ...(place && { publish: place }) },
      }
      const hand = drive(of)
      hand.start()
      hand.run()
      expect(hand.now().gates.map(({ name, step }) => [name, step])).toEqual(gates)
      const made = of.build.targets.map(({ name }) => `build.target:${name}`)
      for (const id of isPacked ? [...made, 'build.package'] : made) expect(hand.is(id)).toBe('done')
      for (const id of place ? ['build.tag', 'build.publish'] : []) expect(hand.is(id)).not.toBe('done')
      if (place) hand.press(BEN)
      hand.run()
      expect(hand.now().status).toBe('complete')
      expect(hand.now().gates).toHaveLength(gates.length)
    },
  )

  test('a switch that failed before it touched the server leaves the release commit replaceable', () => {
    const { aur: _, ...withoutAur } = project
    const hand = drive(withoutAur)
    hand.start()
    hand.run()
    hand.press(BEN)
    expect(hand.now().frozen).toBe(true)
    hand.settle('vps.pull:one', broken)
    expect(hand.now().frozen).toBe(false)
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.settle('preflight.origin', { ok: true, evidence: { base: 'b1', withdrawn: true } })
    expect(hand.is('version.set')).toBe('pending')
  })
})

describe('when a step fails', () => {
  test('every check still settles, nothing else begins, and all failures stand together', () => {
    const hand = drive()
    hand.start()
    hand.settle('preflight.tools', broken)
    hand.settle('preflight.origin', { ok: true, evidence: { base: 'b1' } })
    expect(hand.is('preflight.version')).toBe('running')
    hand.settle('preflight.disk', broken)
    hand.run()
    expect(hand.now().status).toBe('stopped')
    expect(hand.is('version.set')).toBe('pending')
    const failed = Object.entries(hand.now().steps).filter(([, { status }]) => status === 'failed')
    expect(failed.map(([id]) => id)).toEqual(['preflight.tools', 'preflight.disk'])
  })

  test('running steps run to their end and an open question is closed', () => {
    const hand = drive()
    hand.start()
    hand.run()
    expect(hand.now().status).toBe('waiting')
    hand.send({ type: 'woken', at: hand.now().gates[0]?.expiresAt ?? 0 } as never)
    expect(hand.now().gates[0]?.status).toBe('expired')
    expect(hand.now().status).toBe('stopped')
    expect(hand.press(BEN)?.events).toEqual([])
  })

  test('a retry looks again, and asks again', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.send({ type: 'woken', at: hand.now().gates[0]?.expiresAt ?? 0 } as never)
    hand.send({ type: 'retried', actor: ANA } as never)
    expect(hand.running()).toEqual(['preflight.origin'])
    hand.run()
    expect(hand.now().gates.map(({ status }) => status)).toEqual(['expired', 'open'])
    expect(hand.is('build.target:linux')).toBe('done')
  })

  test('a retry before the submit takes a moved head as the release commit and opens everything made from the old one', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.send({ type: 'woken', at: hand.now().gates[0]?.expiresAt ?? 0 } as never)
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.settle('preflight.origin', { ok: true, evidence: { base: 'b2' } })
    expect(hand.is('build.target:linux')).toBe('pending')
    hand.run((id) => (id.startsWith('version.') ? { commit: 'c2' } : { base: 'b2' }))
    expect(hand.now().commit).toBe('c2')
    expect(hand.is('aur.submit')).toBe('waiting')
  })

  test('after the submit the commit is frozen', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.press(BEN)
    hand.settle('aur.submit')
    hand.settle('vps.pull:one', broken)
    hand.send({ type: 'retried', actor: ANA } as never)
    expect(hand.running()).toEqual(['vps.pull:one'])
    hand.settle('vps.pull:one', { ok: true, evidence: { commit: 'c2' } })
    expect(hand.now().commit).toBe('c1')
  })

  test('a submit that may have reached the AUR keeps the commit frozen, one that offered nothing does not', () => {
    const failing = (offered: boolean) => {
      const hand = drive()
      hand.start()
      hand.run()
      hand.press(BEN)
      const { attempt } = hand.now().steps['aur.submit'] ?? { attempt: 0 }
      if (offered) hand.send({ type: 'intended', step: 'aur.submit', attempt, intent: { aurCommit: 'a1' } } as never)
      hand.settle('aur.submit', broken)
      hand.send({ type: 'retried', actor: ANA } as never)
      return hand
    }
    expect(failing(false).running()).toEqual(['preflight.origin'])
    const hand = failing(true)
    expect(hand.is('aur.submit')).toBe('asking')
    expect(hand.running()).toEqual([])
    hand.run()
    expect(hand.is('aur.submit')).toBe('waiting')
  })

  test('stopped for longer than its waiting time, it ends as failed', () => {
    const hand = drive()
    hand.start()
    hand.settle('preflight.tools', broken)
    hand.run()
    const stoppedAt = hand.now().stoppedAt ?? 0
    hand.send({ type: 'woken', at: stoppedAt + 23 * HOUR } as never)
    expect(hand.now().status).toBe('stopped')
    hand.send({ type: 'woken', at: stoppedAt + 24 * HOUR } as never)
    expect(hand.now().status).toBe('failed')
  })
})

describe('the release commit', () => {
  test('a push that had to be made again opens the builds of the old commit; what runs will not count', () => {
    const hand = drive()
    hand.start()
    hand.until('version.commit')
    hand.settle('version.commit', { ok: true, evidence: { commit: 'c1' } })
    hand.settle('build.clean:web')
    hand.settle('version.push', { ok: true, evidence: { commit: 'c2' } })
    expect(hand.now().commit).toBe('c2')
    expect(hand.now().steps['build.clean:linux']?.stale).toBe(true)
    expect(hand.is('build.clean:web')).toBe('running')
    hand.settle('build.clean:linux', { ok: true, evidence: { old: 'yes' } })
    expect(hand.now().steps['build.clean:linux']).toMatchObject({ status: 'running', attempt: 2, evidence: {} })
  })

  test('an outcome of an earlier attempt is void', () => {
    const hand = drive()
    hand.start()
    const advance = hand.send({ type: 'settled', step: 'preflight.tools', attempt: 7, outcome: broken } as never)
    expect(advance?.events).toEqual([])
  })
})

describe('the gate', () => {
  const atGate = (of = project) => {
    const hand = drive(of)
    hand.start()
    hand.run()
    return hand
  }

  test.each([
    ['of the requester', (h: ReturnType<typeof atGate>) => h.press(ANA)],
    [
      'of the requester from another platform',
      (h: ReturnType<typeof atGate>) => h.press(person('UANA', { platform: 'slack' })),
    ],
    ['of somebody without the role', (h: ReturnType<typeof atGate>) => h.press(person('eve'))],
    ['piped into a terminal', (h: ReturnType<typeof atGate>) => h.press(person('ben', { vouched: false }))],
    [
      'of another digest',
      (h: ReturnType<typeof atGate>) => h.press(BEN, 'approve', { digest: digestOf({ commit: 'b' }) }),
    ],
    ['of another gate', (h: ReturnType<typeof atGate>) => h.press(BEN, 'approve', { gate: 'aur-submit.9' })],
    [
      'after its expiry, though nothing has woken',
      (h: ReturnType<typeof atGate>) => h.press(BEN, 'approve', { at: h.time() + 13 * HOUR }),
    ],
    ['to deny, without the role', (h: ReturnType<typeof atGate>) => h.press(person('eve'), 'deny')],
  ])('a press %s is void', (_, press) => {
    const hand = atGate()
    const before = hand.now()
    expect(press(hand)?.events).toEqual([])
    expect(hand.now()).toBe(before)
  })

  test('one press, one use: a second press and a failed submit need a fresh approval', () => {
    const hand = atGate()
    hand.press(BEN)
    expect(hand.press(BEN)?.events).toEqual([])
    hand.settle('aur.submit', broken)
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.run()
    expect(hand.now().gates.map(({ status }) => status)).toEqual(['approved', 'open'])
    expect(hand.is('aur.submit')).toBe('waiting')
  })

  test('two approvals need two people, and one person on two platforms is one', () => {
    const hand = atGate({ ...project, approvals: { ...project.approvals, needed: 2 } })
    hand.press(BEN)
    expect(hand.press(person('UBEN', { platform: 'slack' }))?.events).toEqual([])
    expect(hand.now().status).toBe('waiting')
    hand.press(person('cleo'))
    expect(hand.is('aur.submit')).toBe('running')
  })

  test('content that changed before the effect voids the approval and asks again with the difference', () => {
    const hand = atGate()
    hand.press(BEN)
    hand.settle('aur.submit', { ok: false, changed: content('other') })
    expect(hand.now().gates.map(({ status, differs }) => [status, differs])).toEqual([
      ['void', []],
      ['open', ['commit']],
    ])
    expect(hand.now().status).toBe('waiting')
    hand.press(BEN)
    hand.run()
    expect(hand.now().status).toBe('complete')
  })

  test('a denial ends it, and says so', () => {
    const hand = atGate()
    hand.press(BEN, 'deny')
    expect(hand.now().status).toBe('denied')
    expect(hand.running()).toEqual([])
  })

  test('the digest does not depend on the order of what it covers', () => {
    expect(digestOf({ a: '1', b: '2' })).toBe(digestOf({ b: '2', a: '1' }))
    expect(differences({ a: '1', b: '2' }, { a: '1', b: '3', c: '4' })).toEqual(['b', 'c'])
  })
})

describe('a cancel', () => {
  test('takes a queued deployment out', () => {
    const hand = drive()
    hand.send({ type: 'cancelled', actor: ANA } as never)
    expect(hand.now().status).toBe('cancelled')
    expect(hand.start()?.events).toEqual([])
  })

  test('starts nothing more, tells what runs to end, and is over when it has', () => {
    const hand = drive()
    hand.start()
    const advance = hand.send({ type: 'cancelled', actor: ANA } as never)
    expect(advance?.effects).toContainEqual({ do: 'abort', outside: false })
    expect(hand.now().status).toBe('running')
    hand.run()
    expect(hand.now().status).toBe('cancelled')
    expect(hand.is('version.set')).toBe('pending')
  })
})

describe('a second cancel', () => {
  test('no longer waits for what changes something outside', () => {
    const hand = drive()
    hand.start()
    hand.until('version.push')
    expect(hand.send({ type: 'cancelled', actor: ANA } as never)?.effects).toContainEqual({
      do: 'abort',
      outside: false,
    })
    expect(hand.send({ type: 'cancelled', actor: BEN } as never)?.effects).toContainEqual({
      do: 'abort',
      outside: true,
    })
    expect(hand.now().cancel).toMatchObject({ actor: ANA, again: true })
    expect(hand.send({ type: 'cancelled', actor: BEN } as never)?.events).toEqual([])
  })
})

describe('after the bot was away', () => {
  const interrupted = () => {
    const hand = drive()
    hand.start()
    hand.until('version.commit')
    return hand
  }

  test('for a moment, the deployment goes on', () => {
    const hand = interrupted()
    hand.send({ type: 'resumed', away: 14 } as never)
    hand.run()
    expect(hand.now().status).toBe('waiting')
    expect(hand.now().hold).toBeUndefined()
  })

  test('for long, what is harmless goes on and nothing outside begins', () => {
    const hand = interrupted()
    hand.send({ type: 'resumed', away: 15 } as never)
    hand.run()
    expect(hand.now().status).toBe('stopped')
    expect(hand.is('version.push')).toBe('pending')
    expect(hand.is('build.package')).toBe('done')
    expect(hand.now().stops.at(-1)?.failed).toMatchObject([{ step: 'version.push', problem: { code: 'step.held' } }])
  })

  test('for a time that nobody can tell, since the clock was set back, it asks too', () => {
    const hand = interrupted()
    hand.send(takenUp(hand.now(), { at: hand.now().lastEventAt - 1 }))
    hand.run()
    expect(hand.is('version.push')).toBe('pending')
    expect(hand.now().stops.at(-1)?.failed).toMatchObject([{ problem: { code: 'step.held-untold' } }])
    expect(hand.now().hold).toEqual({ at: expect.any(Number) })
  })

  test.each(['lock', 'freeze'] as const)('for a moment, into a %s, nothing outside begins unasked either', (barred) => {
    const hand = interrupted()
    hand.send({ type: 'resumed', away: 1, barred } as never)
    hand.run()
    expect(hand.is('version.push')).toBe('pending')
    expect(hand.now().stops.at(-1)?.failed).toMatchObject([{ problem: { code: `step.held-by-${barred}` } }])
  })

  test('for long, a retry says that it may go on', () => {
    const hand = interrupted()
    hand.send({ type: 'resumed', away: 90 } as never)
    hand.run()
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.run()
    expect(hand.is('version.push')).toBe('done')
    expect(hand.now().status).toBe('waiting')
  })

  test('for long, an answer at the open gate is one, too', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.send({ type: 'resumed', away: 90 } as never)
    expect(hand.now().status).toBe('waiting')
    hand.press(BEN)
    hand.run()
    expect(hand.now().status).toBe('complete')
  })
})

describe('an open question', () => {
  test('is brought to mind once, after half of its time, and stays open', () => {
    const hand = drive()
    hand.start()
    hand.run()
    const { openedAt = 0, expiresAt = 0 } = hand.now().gates[0] ?? {}
    const half = openedAt + (expiresAt - openedAt) / 2
    expect(hand.effects.at(-1)).toEqual({ do: 'wake', at: half })
    expect(hand.send({ type: 'woken', at: half } as never)?.effects).toEqual([{ do: 'wake', at: expiresAt }])
    expect(hand.now().gates[0]).toMatchObject({ status: 'open', reminders: 1 })
    expect(hand.send({ type: 'woken', at: half + 1_000 } as never)?.events).toEqual([])
    hand.press(BEN)
    expect(hand.is('aur.submit')).toBe('running')
  })
})

describe('the journal', () => {
  test('replayed, it gives the live state', () => {
    const hand = drive()
    hand.start()
    hand.run()
    hand.press(BEN)
    hand.run()
    expect(replay(hand.journal)).toEqual(hand.now())
  })

  test('names the first event that was altered, left out or doubled', () => {
    const hand = drive()
    hand.start()
    hand.run()
    const { journal } = hand
    expect(replay(journal.with(3, { ...journal[3], at: 5 } as never))).toEqual({ brokenAt: 4 })
    expect(replay(journal.toSpliced(3, 1))).toEqual({ brokenAt: 3 })
    expect(replay(journal.toSpliced(3, 0, journal[3] as never))).toEqual({ brokenAt: 4 })
    expect(replay([])).toEqual({ brokenAt: 0 })
  })
})
