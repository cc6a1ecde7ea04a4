/** Sites that attack whoever looks at them: every look ends in its time, keeps no more than it may, and is an answer or a fault. */
import { readdir, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttp } from '../../src/tools/http.ts'
import { newFolder } from '../sandbox/attempt.ts'

const TIMEOUT_MS = 400
const KEEP_BYTES = 10_000
/** What a look may take besides, on a machine that has much to do. */
const SLACK_MS = 5_000

const http = createHttp()
const sockets = new Set<Socket>()
let answer: (socket: Socket) => void = () => {}
let url = ''
let folder = ''
const site = createServer((socket) => {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  socket.once('data', () => answer(socket))
})
beforeAll(async () => {
  folder = await newFolder()
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => site.close(resolve))
  await rm(folder, { recursive: true })
})

async function look() {
  const began = performance.now()
  const found = await http.get(`${url}/version.json`, { timeoutMs: TIMEOUT_MS, keepBytes: KEEP_BYTES })
  expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + SLACK_MS)
  return found
}

async function download() {
  const options = { timeoutMs: TIMEOUT_MS, maxBytes: KEEP_BYTES }
  const found = await http.download(`${url}/package.tar.gz`, join(folder, 'package.tar.gz'), options)
  if (!('ok' in found && found.ok && found.status === 200)) expect(await readdir(folder)).toEqual([])
  await rm(join(folder, 'package.tar.gz'), { force: true })
  return found
}

const OK = 'HTTP/1.1 200 OK\r\n'
/** Writes again and again, as fast as it is taken. */
const forever = (socket: Socket, piece: string) => {
  while (!socket.destroyed && socket.write(piece));
  if (!socket.destroyed) socket.once('drain', () => forever(socket, piece))
}
/** One byte now and then, without an end. */
const drip = (socket: Socket, first: string, byte: string) => {
  socket.write(first)
  const timer = setInterval(() => socket.write(byte), 20)
  socket.on('close', () => clearInterval(timer))
}

test.each<[string, (socket: Socket) => void]>([
  ['a body without an end', (socket) => forever(socket.resume(), `${OK}\r\n${'x'.repeat(60_000)}`)],
  ['headers without an end', (socket) => forever(socket.resume(), `${OK}x: ${'y'.repeat(8_000)}\r\n`)],
  ['a slow drip of headers', (socket) => drip(socket, OK, 'x')],
  ['a slow drip of a body', (socket) => drip(socket, `${OK}content-length: 1000000\r\n\r\n`, 'x')],
  ['a slow drip of chunks', (socket) => drip(socket, `${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n')],
  ['nothing at all', () => {}],
  ['redirects to itself', (socket) => socket.end(`HTTP/1.1 302 Found\r\nlocation: ${url}/version.json\r\n\r\n`)],
  ['redirects that grow', (socket) => socket.end(`HTTP/1.1 302 Found\r\nlocation: ./${'a/'.repeat(3_000)}\r\n\r\n`)],
  ['a redirect to no address', (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: http://[\r\n\r\n')],
  ['a redirect to a file', (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\n\r\n')],
  ['a negative length', (socket) => socket.end(`${OK}content-length: -1\r\n\r\nx`)],
  ['the end at once', (socket) => socket.destroy()],
  ['a reset', (socket) => socket.resetAndDestroy()],
])('%s ends the look in its time, and leaves no half of a file', async (_, how) => {
  answer = how
  const found = await look()
  if ('body' in found) expect(found.body.length).toBeLessThanOrEqual(KEEP_BYTES)
  await download()
})

test('any bytes in place of an answer end it too', async () => {
  const status = fc.constantFrom('', OK, 'HTTP/1.1 302 Found\r\n', 'HTTP/9.9 999 \r\n', 'HTTP/1.1 200\r\n')
  const header = fc.constantFrom(
    '',
    'content-length: 5\r\n',
    'transfer-encoding: chunked\r\n',
    'location: //\r\n',
    'location: \u0000\r\n',
  )
  const bytes = fc.uint8Array({ maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(
      status,
      fc.array(header, { maxLength: 3 }),
      fc.constantFrom('\r\n', ''),
      bytes,
      async (first, headers, gap, rest) => {
        answer = (socket) => socket.end(Buffer.concat([Buffer.from(first + headers.join('') + gap), rest]))
        await look()
        await download()
      },
    ),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  )
})
