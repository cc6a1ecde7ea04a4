import { describe, expect, test } from 'vitest'
import { git } from '../../../src/argv/git.ts'
import type { Network, Reached } from '../../../src/ports/network.ts'
import type { Exit } from '../../../src/ports/shell.ts'
import type { Project } from '../../../src/release/project.ts'
import type { ProbeName } from '../../../src/release/recovery.ts'
import { project as sample } from '../../release/sample.ts'
import { fakeClock, makeBench } from '../make-context.ts'
import { answers } from '../world.ts'
import { answered, failure, troubleshoot } from './asking.ts'

const APP = 'https://app.example.org'
const up: Reached = { resolved: true, tried: [{ family: 4, address: '192.0.2.1' }] }
const down: Reached = { resolved: true, tried: [{ family: 4, address: '192.0.2.1', fault: 'no answer' }] }
const refusing: Reached = { resolved: true, tried: [{ family: 4, address: '192.0.2.1', fault: 'refused' }] }
const nameless: Reached = { resolved: false, message: 'it does not resolve (ENOTFOUND)' }
const half: Reached = {
  resolved: true,
  tried: [
    { family: 4, address: '192.0.2.1' },
    { family: 6, address: '2001:db8::1', fault: 'no answer' },
  ],
}

/** Places by host name; what is not named is up. */
function network(places: Readonly<Record<string, Reached>>): Network {
  return { reach: async ({ host }) => places[host] ?? up }
}

const PROJECT: Partial<Project> = {
  repository: { ...sample.repository, url: 'git@git.example.org:harbour.git' },
  aur: { ...(sample.aur ?? never()), url: 'ssh://aur@aur.example.org/harbour.git', web: 'https://aur.example.org' },
  verify: { ...sample.verify, app: APP },
}

function never(): never {
  throw new Error('the sample has an AUR package')
}

const ask = (name: ProbeName, places: Readonly<Record<string, Reached>>, step?: string) =>
  answered(
    troubleshoot(makeBench({ project: PROJECT, ports: { network: network(places) } }), name, {
      ...(step !== undefined && { failed: { step, code: 'vps.unreachable' } }),
    }),
  )

const everywhere = (reached: Reached) => {
  const hosts = ['git.example.org', 'aur.example.org', 'localhost', 'app.example.org', 'one', 'two', 'three', 'four']
  return Object.fromEntries(hosts.map((host) => [host, reached]))
}

describe('the network', () => {
  test.each([
    ['probe.connection', 'none where nobody answers', everywhere(down), 'none'],
    ['probe.connection', 'well where somebody at least refuses', { ...everywhere(down), one: refusing }, 'well'],
    ['probe.names', 'unresolved where one has no address', { two: nameless }, 'unresolved'],
    ['probe.names', 'resolved where all have one', {}, 'resolved'],
  ] as const)('%s is %s', async (name, _, places, answer) => {
    expect(await ask(name, places)).toMatchObject({ answer })
  })

  test.each([
    ['one', { one: down }, 'none'],
    ['one', { two: down, 'aur.example.org': down }, 'both'],
    ['one', { one: refusing }, 'none'],
    ['one', { one: half }, 'one-family'],
  ] as const)('what a step of %s needs is looked at, and nothing else: %o is %s', async (host, places, answer) => {
    expect(await ask('probe.reach', places, `vps.connect:${host}`)).toMatchObject({ answer })
  })

  test.each([
    ['right', 60_000],
    ['wrong', 11 * 60_000],
  ])('says that the clock is %s by what a web server says', async (answer, skew) => {
    const clock = fakeClock()
    const date = new Date(clock.now() - skew).toUTCString()
    const bench = makeBench({ project: PROJECT, ports: { clock, http: answers({ [APP]: { headers: { date } } }) } })
    const seen = await answered(troubleshoot(bench, 'probe.clock'))
    expect(seen).toEqual({ answer, found: `this machine differs by ${skew / 1000} s from app.example.org` })
  })
})

describe('waiting', () => {
  const said = (code: number): Exit => ({
    code,
    signal: null,
    stdout: '',
    stderr: 'fatal: unreachable',
    truncated: false,
    ended: 'itself',
  })
  const failed = { step: 'version.push', code: 'preflight.remote-unreachable' } as const

  /** An origin that answers from the given look on. */
  function waiting(from: number) {
    const clock = fakeClock()
    let looks = 0
    const shell = { run: async () => said(++looks >= from ? 0 : 128) }
    const bench = makeBench({ project: PROJECT, ports: { clock, shell } })
    return { clock, bench, outcome: troubleshoot(bench, 'fix.wait', { failed }) }
  }

  test('ends as soon as what was unreachable answers, with growing pauses before', async () => {
    const { clock, outcome } = waiting(4)
    expect(await outcome).toMatchObject({ ok: true, evidence: { waitedSeconds: 15 } })
    expect(clock.slept).toEqual([1_000, 2_000, 4_000, 8_000])
  })

  test('gives up after two minutes, and says what is still silent', async () => {
    const { clock, outcome } = waiting(Number.POSITIVE_INFINITY)
    expect(await failure(outcome)).toMatchObject({
      code: 'troubleshoot.still-silent',
      what: expect.stringContaining('the origin does not answer: fatal: unreachable'),
    })
    expect(clock.slept.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(120_000)
  })
})

describe('an address family that alone answers', () => {
  test('is used by git and by ssh from then on', async () => {
    const bench = makeBench({ project: PROJECT })
    bench.leave('probe.reach.1', { answer: 'one-family', found: 'x', family: 'inet' })
    const outcome = await troubleshoot(bench, 'fix.address-family')
    expect(outcome).toMatchObject({ ok: true, evidence: { addressFamily: 'inet' } })
    bench.leave('fix.address-family.1', outcome.ok ? outcome.evidence : {})
    const { facts } = bench.context({ describe: () => ({}), run: async () => outcome }, 'vps.connect:one')
    expect(facts.project.vps?.hosts.map(({ ssh }) => ssh.family)).toEqual(['inet', 'inet', 'inet', 'inet'])
    const { env } = git('/', ['fetch'], { access: facts.project.repository.ssh })
    expect(env.GIT_SSH_COMMAND).toContain("'-o' 'AddressFamily=inet'")
    expect(git('/', ['fetch'], { access: bench.project.repository.ssh }).env.GIT_SSH_COMMAND).not.toContain('Family')
  })

  test('is not guessed', async () => {
    expect(await failure(troubleshoot(makeBench(), 'fix.address-family'))).toMatchObject({
      code: 'troubleshoot.no-family',
    })
  })
})
