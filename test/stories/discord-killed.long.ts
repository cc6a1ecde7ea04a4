/** The process of the bot is killed while its question is open in Discord, as by a machine that lost its power. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { writeConfiguration } from '../../sandbox/configuration.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { ANA, BEN, EVE } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { expectGoodManners, inDiscord, shown, threadOf } from './discord-scene.ts'
import { DONE, GATE } from './titles.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const MATRIX = '#1: 3.1.3+001 from outside: 11 of 11 pass'
const [managers = ''] = BEN.roles ?? []

let world: World
let server: DiscordServer
let environment: Record<string, string>
let bot: ChildProcess

/** It hears as soon as it answers somebody; help is for whoever asks, and leaves nothing in the channel. */
async function start(): Promise<void> {
  bot = spawn(process.execPath, [join(ROOT, 'src/main.ts')], { env: environment, stdio: 'ignore' })
  const before = server.privately(EVE).length
  const heard = () => {
    server.types(EVE, 'help')
    return server.privately(EVE).length
  }
  await expect.poll(heard, { timeout: 60_000, interval: 250 }).toBeGreaterThan(before)
}

beforeAll(async () => {
  const folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  server = await createDiscordServer()
  environment = {
    PATH: process.env.PATH ?? '',
    ...world.environment,
    HOME: folder,
    SLIPWAY_CONFIG: await writeConfiguration(world, inDiscord(server)),
    SLIPWAY_DATA: join(folder, 'data'),
    DISCORD_TOKEN: server.token,
    DISCORD_APPLICATION_ID: server.applicationId,
    DISCORD_GUILD_ID: server.guildId,
    DISCORD_API_URL: server.apiUrl,
  }
}, 120_000)
afterAll(async () => {
  bot.kill('SIGKILL')
  await server.close()
  await world.close()
})

test('asks its question, and is killed', async () => {
  await start()
  server.types(ANA, 'deploy 3.1.3')
  await shown(server, GATE, (text) => text.includes('[Approve'))
  const dead = once(bot, 'exit')
  bot.kill('SIGKILL')
  await dead
  expect(await readWorld(world)).toMatchObject({ aurVersion: '3.1.2-1', servedVersion: '3.1.2+001' })
})

test('asks again once it is back, and goes on when somebody else presses', async () => {
  await start()
  await shown(server, GATE, (text) => text.includes('did not reach Slipway'))
  server.presses(BEN, 'Approve')
  await shown(server, DONE, (text) => text.includes(`<@${ANA.id}>`))
  expect(await readWorld(world)).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
})

test('and has told nothing twice', () => {
  expect(server.messages().map(textOfMessage).join('\n')).not.toContain('[Approve and submit]')
  expect(threadOf(server)).toEqual([GATE, GATE, MATRIX, DONE])
  expectGoodManners(server, [
    [GATE, managers],
    [GATE, managers],
    [DONE, ANA.id],
  ])
})
