/** The process of the bot is killed while its question is open in Slack, as by a machine that lost its power. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { writeConfiguration } from '../../sandbox/configuration.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { freePort } from '../free-port.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { buttonsOf, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, type Message } from '../slack-server/state.ts'
import { ANA, BEN, expectGoodManners, inSlack, labelsOf, NEWS, shown, threadOf, titleOf } from './slack-scene.ts'
import { DONE, GATE } from './titles.ts'

const ROOT = join(import.meta.dirname, '..', '..')

describe.each(['http', 'socket'] as const)(
  'a bot that is killed at its question, over %s',
  { timeout: 180_000 },
  (way) => {
    let world: World
    let server: SlackServer
    let environment: Record<string, string>
    let bot: ChildProcess | undefined
    let gate: Message
    let approve: string

    const start = async () => {
      bot = spawn(process.execPath, [join(ROOT, 'src/main.ts')], { env: environment, stdio: 'ignore' })
      const address = `http://127.0.0.1:${environment.SLACK_PORT}/healthz`
      await expect.poll(() => isHealthy(address), { timeout: 60_000 }).toBe(true)
    }

    beforeAll(async () => {
      const folder = await newFolder()
      world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
      server = await createSlackServer(ANA, BEN)
      server.state.groups.set('SREL', [BEN.id])
      server.state.joined.add(NEWS)
      const port = await freePort()
      server.way = way === 'http' ? { url: `http://127.0.0.1:${port}/slack/events` } : 'socket'
      environment = {
        PATH: process.env.PATH ?? '',
        ...world.environment,
        HOME: folder,
        SLIPWAY_CONFIG: await writeConfiguration(world, inSlack),
        SLIPWAY_DATA: join(folder, 'data'),
        SLACK_BOT_TOKEN: APP.botToken,
        ...(way === 'http' ? { SLACK_SIGNING_SECRET: APP.signingSecret } : { SLACK_APP_TOKEN: APP.appToken }),
        SLACK_PORT: String(port),
        SLACK_API_URL: server.apiUrl,
      }
    }, 120_000)
    afterAll(async () => {
      bot?.kill('SIGKILL')
      await server.close()
      await world.close()
    })

    test('is not heard while it is dead, which Slack tells whoever presses', async () => {
      await start()
      expect((await server.types(ANA, '/deploy 3.1.3')).acknowledged).toBe(true)
      gate = await shown(server, GATE)
      approve = buttonsOf(gate)[0]?.value ?? ''
      bot?.kill('SIGKILL')
      if (bot !== undefined) await once(bot, 'exit')
      expect((await server.presses(BEN, 'Approve')).acknowledged).toBe(false)
    })

    test('asks again once it is back, and goes on by a button that was there before', async () => {
      const before = server.calls.length
      await start()
      if (way === 'http') await shown(server, GATE, (text) => text.includes('did not reach Slipway'))
      await server.until(() => readsIn(server.calls.slice(before)) > 1)
      await server.pressesValue(BEN, approve, gate)
      await shown(server, DONE, (_, { thread_ts }) => thread_ts !== undefined)
      await server.until(() => server.messages(NEWS).length > 0)
      expect(await readWorld(world)).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
    })

    test('and has told nothing twice', () => {
      expect(wordsOf(gate)).toContain('Approved by Ben')
      expect(server.messages().flatMap(labelsOf)).not.toContain('Approve and submit')
      const told = threadOf(server).filter((title) => title.startsWith('#1') && title !== GATE)
      expect(told).toEqual(['#1: 3.1.3+001 from outside: 11 of 11 pass', DONE])
      expect(server.messages(NEWS).map(titleOf)).toEqual([DONE])
      expectGoodManners(server, { [GATE]: ['SREL'], [DONE]: [ANA.id] })
    })
  },
)

/** The thread is read for the question first, and then, with its buttons known again, for its file. */
function readsIn(calls: readonly string[]): number {
  return calls.filter((call) => call.startsWith('conversations.replies')).length
}

async function isHealthy(address: string): Promise<boolean> {
  return (await fetch(address).catch(() => undefined))?.status === 200
}
