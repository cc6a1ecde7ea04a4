/** Whatever is sent to the port that Slack uses: every request ends, nothing is heard that nobody said, and the bot goes on. */
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Slack } from '../../adapters/slack/slack.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'

const ANA = { id: 'UANA', name: 'Ana' }
/** Longer than anything here may take; what is cut off there has not ended. */
const PATIENCE_MS = 20_000

let server: SlackServer
let slack: Slack
let port: number
const heard: string[] = []
beforeAll(async () => {
  server = await createSlackServer(ANA)
  ;({ slack, port } = await attachSlack(server, 'http'))
  await slack.start(
    async ({ text }) => void heard.push(text),
    () => {},
  )
})
afterAll(async () => {
  await slack.stop()
  await server.close()
})

/** Slack asks this without a signature, and it does nothing. */
const UNSIGNED = 'ssl_check=1'
/** Taken, not to be read, of nobody, unknown, or broken by what cannot be parsed; never cut off, and never that the bot is away. */
const PROMISED = [200, 400, 401, 404, 500]

const bodies = fc.oneof(
  fc.constantFrom(
    'payload=null',
    'payload=%5B%5D',
    'payload="x"',
    'payload=7',
    'payload={',
    'payload=',
    'payload=%00',
    'null',
    UNSIGNED,
    'command=',
    '{"type":"url_verification","challenge":{"a":1}}',
    '{"type":"event_callback","event":null}',
    `payload=${'['.repeat(20_000)}`,
  ),
  fc.json({ maxDepth: 4 }).map((text) => `payload=${encodeURIComponent(text)}`),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  fc
    .dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 40 }))
    .map((fields) => String(new URLSearchParams(fields))),
)
const types = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'application/json',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/json; charset=utf-16',
  '',
)

/** At once, since some of them are waited for as long as Slack waits. */
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 40, maxLength: 40 })

async function statusOf(headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  const url = `http://127.0.0.1:${port}/slack/events`
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) })
  await answer.arrayBuffer()
  return answer.status
}

test('anything with a good signature is answered, and is no command of anybody', async () => {
  await fc.assert(
    fc.asyncProperty(many(fc.tuple(bodies, types)), async (all) => {
      const statuses = all.map(([body, type]) => {
        const { headers } = server.sign(body)
        return statusOf({ ...headers, 'content-type': type }, body)
      })
      expect((await Promise.all(statuses)).filter((status) => !PROMISED.includes(status))).toEqual([])
    }),
    { numRuns: 4, endOnFailure: true },
  )
  expect(heard).toEqual([])
})

test.each(['payload=null', 'payload=%5B%5D', 'payload=7', 'null'])(
  '%s is refused at once, signed as it is',
  async (body) => {
    expect(await statusOf(server.sign(body).headers, body)).toBe(400)
  },
)

test('anything with a wrong, an old or no signature is refused', async () => {
  const kinds = fc.constantFrom('none', 'wrong', 'old', 'future', 'of another body', 'no time')
  await fc.assert(
    fc.asyncProperty(many(fc.tuple(bodies, types, kinds)), async (all) => {
      const refusable = all.filter(([body]) => body !== UNSIGNED)
      const statuses = await Promise.all(refusable.map(([body, type, kind]) => statusUnsigned(body, type, kind)))
      expect(statuses.filter((status) => status < 400)).toEqual([])
    }),
    { numRuns: 4 },
  )
  expect(heard).toEqual([])
})

function statusUnsigned(body: string, type: string, kind: string): Promise<number> {
  const { headers } = server.sign(kind === 'of another body' ? `${body}x` : body, timeOf(kind))
  const { 'x-slack-signature': signature = '', 'x-slack-request-timestamp': at = '' } = headers
  const given = {
    'content-type': type,
    ...(kind !== 'none' && { 'x-slack-signature': kind === 'wrong' ? signature.replace(/.$/, '!') : signature }),
    ...(kind !== 'no time' && { 'x-slack-request-timestamp': at }),
  }
  return statusOf(given, body)
}

function timeOf(kind: string): number {
  const HOUR = 3_600_000
  return Date.now() + (kind === 'old' ? -HOUR : kind === 'future' ? HOUR / 2 : 0)
}

test('bytes that are no request end with the connection', async () => {
  const starts = fc.constantFrom(
    '',
    'POST /slack/events HTTP/1.1\r\n',
    'GET ',
    'POST /slack/events HTTP/1.1\r\ncontent-length: 5\r\n\r\n',
  )
  await fc.assert(
    fc.asyncProperty(many(fc.tuple(starts, fc.uint8Array({ maxLength: 400 }))), async (all) => {
      await Promise.all(all.map(([start, bytes]) => sent(Buffer.concat([Buffer.from(start), bytes]))))
    }),
    { numRuns: 4 },
  )
  expect(heard).toEqual([])
})

test('any request at the port of Socket Mode ends, and /healthz still answers', async () => {
  const other = await createSlackServer(ANA)
  const { slack: bot, port: healthPort } = await attachSlack(other, 'socket')
  await bot.start(async ({ text }) => void heard.push(text))
  const methods = fc.constantFrom('GET', 'POST', 'OPTIONS', 'get', '')
  const paths = fc.oneof(
    fc.constantFrom('//', '/\\', 'http://[', '//:', '*', '', '/%', '/healthz/%ff', '///healthz'),
    fc.string({ maxLength: 60 }).map((text) => `/${text}`),
  )
  await fc.assert(
    fc.asyncProperty(many(fc.tuple(methods, paths)), async (all) => {
      const requests = all.map(([method, path]) => Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: x\r\n\r\n`))
      await Promise.all(requests.map((bytes) => sent(bytes, healthPort)))
    }),
    { numRuns: 4 },
  )
  expect((await fetch(`http://127.0.0.1:${healthPort}/healthz`)).status).toBe(200)
  expect(heard).toEqual([])
  await bot.stop()
  await other.close()
})

/** Resolves when the connection is closed, by whichever side. */
function sent(bytes: Buffer, to = port): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(to, '127.0.0.1', () => socket.end(bytes))
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.resume()
  })
}

test('a body without an end is cut off', async () => {
  const { headers } = server.sign('x')
  const piece = Buffer.alloc(65_536, 'x')
  // Each piece in a turn of its own: pulled without one, the client now and then writes on for ever to what is closed already.
  const pull = async (controller: ReadableStreamDefaultController) => {
    await turn()
    controller.enqueue(piece)
  }
  const body = new ReadableStream({ pull })
  const url = `http://127.0.0.1:${port}/slack/events`
  const request = { method: 'POST', headers, body, duplex: 'half', signal: AbortSignal.timeout(PATIENCE_MS) }
  const status = await fetch(url, request as RequestInit).then(
    (answer) => answer.status,
    (error: Error) => error.name,
  )
  expect(status).not.toBe('TimeoutError')
  expect(status).not.toBe(200)
})

test('and after all of it a person is heard', async () => {
  await server.types(ANA, '/deploy 3.1.3')
  await expect.poll(() => heard).toEqual(['deploy 3.1.3'])
})
