import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import type { Deployment, Observation } from '../../src/release/deployment.ts'
import type { NewEvent } from '../../src/release/event.ts'
import { problem } from '../../src/release/problems.ts'
import { createMasker } from '../../src/release/redact.ts'
import { foldersFor } from '../../src/runners/facts.ts'
import { perform } from '../../src/runners/perform.ts'
import type { Context, Ports, Runner } from '../../src/runners/step.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createFiles } from '../../src/tools/files.ts'
import { createHttp } from '../../src/tools/http.ts'
import { createNetwork } from '../../src/tools/network.ts'
import { createProcesses } from '../../src/tools/processes.ts'
import { createShell } from '../../src/tools/shell.ts'
import { memorySigner } from '../memory-signer.ts'
import { drive, person, project } from '../release/sample.ts'

const data = mkdtempSync(join(tmpdir(), 'perform-'))
afterAll(() => rmSync(data, { recursive: true }))

const masker = createMasker([])
const ports = (clock: Clock = createClock()): Ports => ({
  clock,
  shell: createShell({ masker }),
  ssh: { connect: () => Promise.reject(new Error('unused')), pins: async () => [], close: async () => {} },
  http: createHttp(),
  network: createNetwork(),
  files: createFiles({ masker }),
  processes: createProcesses(),
  signer: memorySigner(),
})

const done = { ok: true, evidence: { made: 'yes' } } as const
const broken = { ok: false, problem: problem('step.bug', { step: 'x', message: 'y', number: 1 }) } as const
const runner = (parts: Partial<Runner>): Runner => ({ describe: () => ({}), run: async () => done, ...parts })
const observing = (observation: Observation) => async () => observation

/** Performs `version.push`, an outside step, with the given runner. */
async function performs(
  parts: Partial<Runner>,
  more: { interrupted?: boolean; deployment?: Deployment; clock?: Clock; signal?: AbortSignal } = {},
) {
  const hand = drive({ ...project, deadlines: { 'version.push': { minutes: 1, quiet: 0.001 } } })
  const deployment = more.deployment ?? hand.now()
  return perform({
    effect: { do: 'run', step: 'version.push', attempt: 1 },
    deployment,
    table: { 'version.push': runner(parts) },
    folders: foldersFor(data, project, 42),
    ports: ports(more.clock),
    signal: more.signal ?? new AbortController().signal,
    interrupted: more.interrupted ?? false,
    history: async () => [],
    intend: async () => {},
    progress: () => {},
  })
}

const codeOf = (event: NewEvent) =>
  event.type === 'settled' && !event.outcome.ok && 'problem' in event.outcome ? event.outcome.problem.code : undefined

describe('a step', () => {
  test('that throws is told as a bug of the bot, and nothing else happens', async () => {
    expect(codeOf(await performs({ run: () => Promise.reject(new Error('oops')) }))).toBe('step.bug')
  })

  test('that finds the disk full says so', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    expect(codeOf(await performs({ run: () => Promise.reject(full) }))).toBe('step.no-room')
  })

  test('that this program does not have is a problem, not a skip', async () => {
    const hand = drive()
    const gone = await perform({
      effect: { do: 'run', step: 'version.push', attempt: 1 },
      deployment: hand.now(),
      table: {},
      folders: foldersFor(data, project, 42),
      ports: ports(),
      signal: new AbortController().signal,
      interrupted: false,
      history: async () => [],
      intend: async () => {},
      progress: () => {},
    })
    expect(codeOf(gone)).toBe('step.gone')
  })

  test('that was cancelled before its turn came starts nothing', async () => {
    let begun = 0
    const run = async () => {
      begun += 1
      return done
    }
    expect(codeOf(await performs({ run }, { signal: AbortSignal.abort() }))).toBe('step.cancelled')
    expect(begun).toBe(0)
  })

  test('whose program prints nothing for too long is told as silent', async () => {
    const run = async ({ execute }: Context) => {
      const exit = await execute({ do: 'command', argv: ['tail', '-f', '/dev/null'] })
      return exit.code === 0 ? done : broken
    }
    expect(codeOf(await performs({ run }))).toBe('step.quiet')
  })

  test('that fails after its deadline is told as late', async () => {
    let now = 0
    const clock: Clock = { now: () => now, sleep: async () => {}, at: () => () => {} }
    const run = async () => {
      now = 61_000
      return broken
    }
    expect(codeOf(await performs({ run }, { clock }))).toBe('step.deadline')
  })
})

const CHANGED_KEY = problem('vps.host-key-changed', {
  ...{ name: 'one', address: 'one', port: 22, fingerprint: 'SHA256:x', known: 'one', file: '/pins' },
})

describe('an interrupted step', () => {
  test.each([
    [
      'found done is recorded with what was seen and not run',
      { seen: 'done', evidence: { seen: 'there' } },
      { evidence: { seen: 'there' } },
      0,
    ],
    ['found not done is run', { seen: 'not-done' }, done, 1],
    [
      'that nobody can tell is a question and not run',
      { seen: 'unknown', question: 'Did it?' },
      { problem: { code: 'step.unknown', passing: false } },
      0,
    ],
    [
      'that cannot be looked at for what can pass by itself says so and is not run',
      { seen: 'unknown', question: 'Did it?', cause: problem('vps.lost', { name: 'pier', message: 'cut' }) },
      {
        problem: {
          code: 'step.unknown',
          passing: true,
          why: expect.stringContaining('Did it? The connection to pier'),
        },
      },
      0,
    ],
    [
      'that cannot be looked at for what only a person mends tells that',
      { seen: 'unknown', question: 'Did it?', cause: CHANGED_KEY },
      { problem: { code: 'vps.host-key-changed', details: ['Not known meanwhile: Did it?'] } },
      0,
    ],
  ] as const)('%s', async (_, observation, outcome, runs) => {
    let count = 0
    const run = async () => {
      count += 1
      return done
    }
    const clock: Clock = { now: () => 0, sleep: async () => {}, at: () => () => {} }
    const event = await performs({ observe: observing(observation), run }, { interrupted: true, clock })
    expect(event).toMatchObject({ outcome })
    expect(count).toBe(runs)
  })

  test('that is not done waits for a person when the bot was away for long, and one that goes on by itself is followed', async () => {
    const deployment = { ...drive().now(), hold: { at: 0, minutes: 90 } }
    const event = await performs({ observe: observing({ seen: 'not-done' }) }, { interrupted: true, deployment })
    expect(codeOf(event)).toBe('step.held')
    const seen = await performs(
      { observe: observing({ seen: 'done', evidence: {} }) },
      { interrupted: true, deployment },
    )
    expect(seen).toMatchObject({ outcome: { ok: true } })
    const followed = await performs({ observe: observing({ seen: 'begun' }) }, { interrupted: true, deployment })
    expect(followed).toMatchObject({ outcome: done })
  })
})

test('an interrupted step of a deployment that was cancelled meanwhile is looked at, and not run where it is not done', async () => {
  const cancel = { actor: person('ana'), at: 0, again: false }
  const deployment = { ...drive().now(), cancel }
  const run = async () => expect.unreachable()
  for (const seen of ['not-done', 'begun'] as const) {
    const event = await performs({ observe: observing({ seen }), run }, { interrupted: true, deployment })
    expect(codeOf(event)).toBe('step.cancelled')
  }
})

describe('a step whose connection is lost', () => {
  const lost = { ok: false, problem: problem('vps.lost', { name: 'pier', message: 'cut' }) } as const
  const at = { name: 'pier', user: 'harbour', address: '127.0.0.1', port: 22, log: '/log', number: 1 }
  const unheard = { ok: false, problem: problem('vps.deploy-not-started', at) } as const
  const clock: Clock = { now: () => 0, sleep: async () => {}, at: () => () => {} }

  test.each([
    ['is looked at, and run again where it is not done', [lost, done], 'not-done', { outcome: done }, 2],
    ['with the order to start a script starts it again', [unheard, done], 'not-done', { outcome: done }, 2],
    [
      'is looked at, and recorded where it is done',
      [lost],
      'done',
      { outcome: { evidence: { seen: 'there' }, notes: ['found done after the connection was lost'] } },
      1,
    ],
    [
      'again and again stops and says so',
      [lost, lost, lost, lost],
      'not-done',
      { outcome: { problem: { code: 'vps.lost' } } },
      4,
    ],
    [
      'stops at once where something else fails',
      [broken],
      'not-done',
      { outcome: { problem: { code: 'step.bug' } } },
      1,
    ],
  ] as const)('%s', async (_, outcomes, seen, expected, runs) => {
    let count = 0
    const run = async () => outcomes[count++] ?? broken
    const observe = observing(seen === 'done' ? { seen, evidence: { seen: 'there' } } : { seen })
    expect(await performs({ run, observe }, { clock })).toMatchObject(expected)
    expect(count).toBe(runs)
  })

  test('is looked at again where the look is lost too', async () => {
    const looks: Observation[] = [
      { seen: 'unknown', question: 'Is it there?' },
      { seen: 'done', evidence: { made: 'yes' } },
    ]
    const observe = async () => looks.shift() ?? expect.unreachable()
    expect(await performs({ run: async () => lost, observe }, { clock })).toMatchObject({ outcome: done })
  })
})

test('what a person is told to type leads through the jump host of whom it is for', async () => {
  const jump = { user: 'slip', host: 'bastion.example', port: 2200 }
  const hosts = project.vps?.hosts.map((host) => ({ ...host, ssh: { agent: false, jump } })) ?? []
  const deployment = drive({ ...project, ...(project.vps && { vps: { ...project.vps, hosts } }) }).now()
  const found = { ...broken.problem, shell: 'ssh -p 22 u@two', details: ['Also: look there. ssh -p 22 u@one'] }
  expect(await performs({ run: async () => ({ ok: false, problem: found }) }, { deployment })).toMatchObject({
    outcome: {
      problem: {
        shell: 'ssh -J slip@bastion.example:2200 -p 22 u@two',
        details: ['Also: look there. ssh -J slip@bastion.example:2200 -p 22 u@one'],
      },
    },
  })
})
