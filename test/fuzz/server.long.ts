/** Servers that attack whoever logs in, and job folders that hold nonsense: every wait ends, and nothing is taken for a success. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newKeyPair } from '../../sandbox/keys.ts'
import { jobStatusLine, readJobStatus } from '../../src/argv/ssh.ts'
import { isSshFault, type SshHost } from '../../src/ports/ssh.ts'
import { createMasker } from '../../src/release/redact.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createSsh } from '../../src/tools/ssh.ts'
import { attempt, newFolder } from '../sandbox/attempt.ts'

const CONNECT_MS = 500
/** What connecting may take besides, on a machine that has much to do. */
const SLACK_MS = 5_000

let folder = ''
let welcome: (socket: Socket) => void = () => {}
let host: SshHost
const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  welcome(socket.resume())
})
beforeAll(async () => {
  folder = await newFolder()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await writeFile(join(folder, 'key'), newKeyPair().private, { mode: 0o600 })
  const ssh = { key: join(folder, 'key'), knownHosts: join(folder, 'known_hosts'), agent: false }
  host = { name: 'pier', host: '127.0.0.1', port, user: 'harbour', ssh } as SshHost
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

async function login(): Promise<void> {
  const ssh = createSsh({ masker: createMasker([]), clock: createClock(), connectMs: CONNECT_MS })
  const began = performance.now()
  const found = await ssh.connect(host)
  expect(isSshFault(found)).toBe(true)
  expect(performance.now() - began).toBeLessThan(2 * CONNECT_MS + SLACK_MS)
  await ssh.close()
}

const forever = (socket: Socket, piece: Buffer | string) => {
  while (!socket.destroyed && socket.write(piece));
  if (!socket.destroyed) socket.once('drain', () => forever(socket, piece))
}

describe('a login', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['lines before the banner without an end', (socket) => forever(socket, `${'x'.repeat(200)}\r\n`)],
    ['a banner without an end', (socket) => forever(socket, `SSH-2.0-${'x'.repeat(8_000)}`)],
    ['zeros without an end', (socket) => forever(socket, Buffer.alloc(65_536))],
    ['nothing', () => {}],
    ['the end at once', (socket) => socket.end()],
    ['a reset at once', (socket) => socket.resetAndDestroy()],
    ['a banner and a reset', (socket) => socket.write('SSH-2.0-x\r\n', () => socket.resetAndDestroy())],
    ['an old protocol', (socket) => socket.write('SSH-1.5-x\r\n')],
    [
      'a packet of the longest length',
      (socket) => socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.alloc(64, 255)])),
    ],
  ])('that meets %s ends as a fault, in its time', async (_, how) => {
    welcome = how
    await login()
  })

  test('that meets any bytes ends as a fault', async () => {
    const start = fc.constantFrom('', 'SSH-2.0-x\r\n', 'SSH-2.0-\u0000\r\n', 'hello\r\nSSH-2.0-x\n')
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (first, bytes, isEnded) => {
        welcome = (socket) => {
          socket.write(Buffer.concat([Buffer.from(first), bytes]))
          if (isEnded) socket.end()
        }
        await login()
      }),
      { numRuns: 30, interruptAfterTimeLimit: 20_000 },
    )
  })
})

describe('a job folder', () => {
  const content = fc.option(
    fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '0\n',
        '00',
        ' 0',
        '-1',
        '256',
        '99999999999999999999',
        '0; touch mark',
        '$(touch mark)',
        '0\n1\n',
        '\u0000',
        '\u001b[2J',
        'rc=0',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    ),
    { nil: undefined },
  )

  test('with anything in it is read or not understood, runs nothing, and succeeds only by an exit code of 0', async () => {
    await fc.assert(
      fc.asyncProperty(content, content, content, async (rc, started, log) => {
        const job = join(folder, 'job')
        rmSync(job, { recursive: true, force: true })
        mkdirSync(job)
        for (const [name, text] of Object.entries({ rc, started, log }))
          if (text !== undefined) writeFileSync(join(job, name), text)
        const { stdout } = await attempt(['sh', '-c', jobStatusLine(job, 0)])
        const status = readJobStatus(stdout)
        await expect(readFile(join(job, 'mark'))).rejects.toThrow()
        if (status?.rc === 0) expect(rc?.replaceAll('\u0000', '').trimEnd()).toMatch(/^0+$/)
      }),
      { numRuns: 80, interruptAfterTimeLimit: 25_000 },
    )
  })

  test('any text in place of an answer is read or not understood', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `rc=0 pid=1 alive=no bytes=${text} take=0\n`),
        ),
        (text) => {
          const status = readJobStatus(text)
          return status === undefined || (Number.isInteger(status.bytes) && Number.isInteger(status.take))
        },
      ),
    )
  })
})
