import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askForLine, type LineServer, listenForLines } from '../../src/tools/line-socket.ts'

let folder = ''
let path = ''
const servers: LineServer[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'socket-'))
  path = join(folder, 'bot.sock')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  await rm(folder, { recursive: true })
})

const listen = async (answer = async (line: string) => `heard ${line}`, patienceMs?: number) => {
  const server = await listenForLines(path, answer, patienceMs)
  servers.push(server)
  return server
}

test('a line is answered by a line, in the order of whoever is ready first', async () => {
  const slow = Promise.withResolvers<string>()
  await listen(async (line) => (line === 'slow' ? slow.promise : `heard ${line}`))
  const late = askForLine(path, 'slow')
  expect(await askForLine(path, 'grüße')).toEqual({ line: 'heard grüße' })
  slow.resolve('at last')
  expect(await late).toEqual({ line: 'at last' })
})

test('only its own user may open the socket, and nothing is left beside it', async () => {
  await listen()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['bot.sock'])
})

test('what a dead bot left at its place is replaced, and nothing is left after the end', async () => {
  await writeFile(path, 'not even a socket')
  const server = await listen()
  expect(await askForLine(path, 'a')).toEqual({ line: 'heard a' })
  await server.close()
  expect(await readdir(folder)).toEqual([])
})

const SILENT: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['says nothing', async (at) => text(connect(at))],
  ['goes away before its line is whole', async (at) => text(connect(at).end('half a li'))],
  [
    'sends a line without an end',
    async (at) =>
      text(
        connect(at)
          .on('error', () => {})
          .end('x'.repeat(100_000)),
      ),
  ],
]
test.each(SILENT)('who %s gets no answer, and the others do', async (_, visit) => {
  const heard: string[] = []
  await listen(async (line) => {
    heard.push(line)
    return 'yes'
  }, 200)
  const visited = visit(path).catch(() => '')
  expect(await askForLine(path, 'me')).toEqual({ line: 'yes' })
  expect(await visited).toBe('')
  expect(heard).toEqual(['me'])
})

test('who never reads the answer is let go', async () => {
  await listen(async () => 'x'.repeat(8_000_000), 100)
  const idle = connect(path).pause()
  const letGo = once(idle, 'error')
  const speak = () => {
    idle.write('a\n')
    if (!idle.destroyed) setImmediate(speak)
  }
  speak()
  expect((await letGo)[0]).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) })
})

test('an answer that never comes keeps nobody from closing', async () => {
  const heard = Promise.withResolvers<void>()
  const server = await listen(async () => {
    heard.resolve()
    return new Promise(() => {})
  })
  const asked = askForLine(path, 'a')
  await heard.promise
  await server.close()
  expect(await asked).toEqual({ code: expect.stringMatching(/no answer|ECONNRESET/) })
})

test.each([
  ['nobody listens', async () => {}, 'ENOENT'],
  ['a dead bot left its socket', async (at: string) => writeFile(at, ''), 'ECONNREFUSED'],
])('where %s, the code says so', async (_, prepare, code) => {
  await prepare(path)
  expect(await askForLine(path, 'a')).toEqual({ code })
})

test('a path that is too long for a socket is refused with a reason, and leaves nothing', async () => {
  await expect(listenForLines(join(folder, 'x'.repeat(90), 'bot.sock'), async () => '')).rejects.toThrow()
  expect(await readdir(folder)).toEqual([])
})

test('who sends too much gets no answer, and does not fall over the reset', async () => {
  await listen()
  expect(await askForLine(path, 'x'.repeat(1_000_000))).toEqual({ code: 'no answer' })
})
