/** Slipway as it is started with the tokens of Slack: a process of its own, on a small Slack of our own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { printed } from './canary/leave.ts'
import { wordsOf } from './slack-server/read.ts'
import { createSlackServer, type SlackServer } from './slack-server/server.ts'
import { APP } from './slack-server/state.ts'

const ROOT = join(import.meta.dirname, '..')
const ANA = { id: 'UANA', name: 'Ana' }

let server: SlackServer
let folder: string
let child: ChildProcess | undefined
beforeEach(async () => {
  server = await createSlackServer(ANA)
  server.way = 'socket'
  folder = await mkdtemp(join(tmpdir(), 'main-slack-'))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await server.close()
})

/** Without anything to read, as a supervisor starts it. */
async function start(tokens: Readonly<Record<string, string>>) {
  const configuration = join(folder, 'slipway.yaml')
  await copyFile(join(ROOT, 'examples', 'cloudtolocalllm.yaml'), configuration)
  await chmod(configuration, 0o600)
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SLIPWAY_CONFIG: configuration,
    SLIPWAY_DATA: join(folder, 'data'),
    SLACK_API_URL: server.apiUrl,
    ...tokens,
  }
  const begun = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = begun
  return { begun, said: printed(begun.stdout), complained: printed(begun.stderr), ended: once(begun, 'exit') }
}

test('hears its commands without a terminal, answers them there, and ends in order', async () => {
  const { begun, said, ended } = await start({ SLACK_BOT_TOKEN: APP.botToken, SLACK_APP_TOKEN: APP.appToken })
  await server.socket.ready()
  expect((await server.types(ANA, '/slipway help')).acknowledged).toBe(true)
  await server.until(() => server.privately(ANA).map(wordsOf).join('\n').includes('What Slipway understands'))
  begun.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(await said).toContain('It connects to Slack, and listens here.')
})

test('ends with exit code 78 and one sentence on which token is refused, and where it is found', async () => {
  const tokens = { SLACK_BOT_TOKEN: APP.botToken, SLACK_APP_TOKEN: 'xapp-revoked-long-ago' }
  const { complained, ended } = await start(tokens)
  expect(await ended).toEqual([78, null])
  const lines = await complained
  expect(lines).toContain('Slack refuses SLACK_APP_TOKEN: invalid_auth')
  expect(lines).toContain('api.slack.com/apps')
  for (const token of Object.values(tokens)) expect(lines).not.toContain(token)
})
