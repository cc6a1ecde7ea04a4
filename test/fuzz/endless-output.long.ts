/** A server that lets the bot in, and whose commands print without an end: every wait ends, memory stays flat, and the next command is answered. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newKeyPair } from '../../sandbox/keys.ts'
import { isSshFault, type SshHost } from '../../src/ports/ssh.ts'
import { createMasker } from '../../src/release/redact.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createSsh } from '../../src/tools/ssh.ts'
import type { Loud } from './loud-server.ts'

const MB = 1024 * 1024
/** What a command is given, by which its clock knows it; that time is over once so much was printed. */
const [PATIENCE_MS, PRINTED] = [4_321, 48 * MB]
/** Of both streams a megabyte is kept, and what is on its way. */
const MOST_HELD = 16 * MB
const [LOOKS, LOOK_AGAIN_MS] = [50, 100]

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const clock = createClock()
const enough = () => once(server, 'message').then(() => undefined)
const ssh = createSsh({
  masker: createMasker([{ name: 'VAULT', value: 'hunter2-hunter2' }]),
  clock: {
    ...clock,
    sleep: async (ms, signal) => {
      if (ms !== PATIENCE_MS) return clock.sleep(ms, signal)
      const before = live()
      await enough()
      // It goes on printing: what is kept of that only grows, and what waits for the collector goes.
      for (let looks = 0; looks < LOOKS; looks += 1) {
        held = live() - before
        if (held < MOST_HELD) return
        await pause(LOOK_AGAIN_MS)
      }
    },
  },
})
let server: ChildProcess
let folder = ''
let host: SshHost
let held = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-endless-'))
  const [key, client] = [newKeyPair(), newKeyPair()]
  server = fork(join(import.meta.dirname, 'loud-server.ts'), [key.private], { execArgv: [] })
  const [port] = await once(server, 'message')
  const known = { key: join(folder, 'key'), knownHosts: join(folder, 'known_hosts'), agent: false }
  await writeFile(known.key, client.private, { mode: 0o600 })
  await writeFile(known.knownHosts, `[127.0.0.1]:${port} ${key.public}\n`)
  host = { name: 'pier', host: '127.0.0.1', port, user: 'harbour', ssh: known }
})
afterAll(async () => {
  await ssh.close()
  server.kill()
  await rm(folder, { recursive: true })
})

async function exec(line: string, timeoutMs: number) {
  const session = await ssh.connect(host)
  return isSshFault(session) ? session : session.exec(line, { timeoutMs })
}

function live(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const text = fc.oneof(
  fc.constantFrom('\n', 'x', 'rc=0 pid=1 alive=no bytes=0 take=0\n', 'hunter2-', '\u001b[2J', '\u0000', '\u202e', 'ü'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
)
const endless: fc.Arbitrary<Loud> = fc.record({
  text,
  to: fc.constantFrom<Loud['to'][]>(['stdout'], ['stderr'], ['stdout', 'stderr']),
  isDeaf: fc.boolean(),
  enough: fc.constant(PRINTED),
})

test('a command that prints without an end is given up in its time, and the next one is answered', async () => {
  expect(await exec('quiet', 10_000)).toMatchObject({ code: 0, stdout: 'quiet' })
  await fc.assert(
    fc.asyncProperty(endless, async (given) => {
      expect(await exec(JSON.stringify(given), PATIENCE_MS)).toMatchObject({ code: 'timeout' })
      expect(held).toBeLessThan(MOST_HELD)
      expect(await exec('quiet', 10_000)).toMatchObject({ code: 0, stdout: 'quiet' })
      await ssh.close()
    }),
    {
      numRuns: 6,
      interruptAfterTimeLimit: 40_000,
      // Of this nearly all is hidden, so that what is kept comes in many small pieces.
      examples: [[{ text: 'hunter2-', to: ['stdout'], isDeaf: false, enough: PRINTED }]],
    },
  )
})
