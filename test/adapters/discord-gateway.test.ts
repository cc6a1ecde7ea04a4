import { describe, type ExpectStatic, test } from 'vitest'
import type { DiscordOptions } from '../../adapters/discord/discord.ts'
import type { Incoming, Outage } from '../../src/ports/chat.ts'
import { ANA, discordOn, hastyClock } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServerOptions } from '../discord-server/server.ts'

/** The one intent: slash commands and buttons need no other. */
const GUILDS = 1

/** Each has a server of its own: the client waits seconds before it identifies a second time, so they wait side by side. */
async function meet(options: DiscordServerOptions = {}) {
  const server = await createDiscordServer(options)
  const heard: Incoming[] = []
  const missed: Outage[] = []
  const chats: { stop(): Promise<void> }[] = []
  return {
    server,
    heard,
    missed,
    begin: async (more: Partial<DiscordOptions> = {}) => {
      const bot = discordOn(server, more)
      chats.push(bot.chat)
      await bot.chat.start(
        async (incoming) => void heard.push(incoming),
        (outage) => missed.push(outage),
      )
      return bot
    },
    registered: () => server.until(() => server.state.commands.length > 0),
    /** A command that is sent now arrives, once. */
    hears: async (expect: ExpectStatic) => {
      server.types(ANA, 'status')
      await expect.poll(() => heard.length).toBe(1)
    },
    [Symbol.asyncDispose]: async () => {
      for (const chat of chats) await chat.stop()
      await server.close()
    },
  }
}

describe.concurrent('the connection', () => {
  test('that is cut is taken up again, and what was sent meanwhile is heard once', async ({ expect }) => {
    await using scene = await meet()
    const { server, begin, registered, hears } = scene
    await begin()
    await registered()
    server.gateway.cut()
    await hears(expect)
    expect(server.gateway.heard).toEqual(['identify', 'resume'])
    expect(server.gateway.intents).toEqual([GUILDS])
    expect(scene.missed).toEqual([])
  })

  test('that Discord itself closes is made anew', async ({ expect }) => {
    await using scene = await meet()
    const { server, begin, registered, hears } = scene
    const { ended } = await begin({ clock: hastyClock() })
    await registered()
    server.gateway.closeWith(1000)
    await server.gateway.connected()
    await hears(expect)
    expect(ended).toEqual([])
  })

  test('whose session is forgotten begins anew and tells the time that was lost', async ({ expect }) => {
    await using scene = await meet()
    const { server, begin, missed } = scene
    await begin()
    server.gateway.forgetSessions()
    server.gateway.cut()
    await expect.poll(() => missed.length).toBe(1)
    expect(server.gateway.heard).toEqual(['identify', 'resume', 'identify'])
    expect(missed[0]?.to).toBeGreaterThan(missed[0]?.from ?? 0)
  })

  test('that says nothing any more is given up', async ({ expect }) => {
    await using scene = await meet({ heartbeatMs: 60 })
    const { server, begin, registered, hears } = scene
    await begin()
    await registered()
    server.gateway.deafen()
    await hears(expect)
  })

  test('that is refused again and again is tried until it is taken', async ({ expect }) => {
    await using scene = await meet()
    const { server, begin, registered, hears } = scene
    const slept: number[] = []
    const hasty = hastyClock()
    const sleep = (ms: number, signal?: AbortSignal) => {
      slept.push(ms)
      return hasty.sleep(ms, signal)
    }
    const { logged } = await begin({ clock: { ...hasty, sleep } })
    expect(logged).not.toContain('Discord: connected again')
    server.gateway.refuse(true)
    server.gateway.cut()
    await expect.poll(() => slept).toEqual(expect.arrayContaining([1_000, 2_000]))
    expect(server.gateway.refused()).toBeGreaterThan(6)
    server.gateway.refuse(false)
    await server.gateway.connected()
    await registered()
    await hears(expect)
    expect(logged).toContain('Discord: connected again')
  })

  test.for(['its address', 'itself'])(
    'that cannot be made at the start does not hold the bot up: %s',
    async (what, { expect }) => {
      await using scene = await meet()
      const { server, begin } = scene
      if (what === 'itself') server.gateway.refuse(true)
      else server.faults.add(/gateway/, 'refuse', 2)
      const { logged } = await begin({ clock: hastyClock() })
      server.gateway.refuse(false)
      await server.gateway.connected()
      expect(logged.join()).toContain('Discord cannot be reached.')
    },
  )

  test('tells at the start since when nobody listened', async ({ expect }) => {
    await using scene = await meet()
    const lastAlive = Date.now() - 420_000
    await scene.begin({ lastAlive })
    expect(scene.missed).toEqual([{ from: lastAlive, to: expect.any(Number) }])
  })

  test.for(['gateway', 'rest'])(
    'with a token that is not accepted ends the bot with the reason: %s',
    async (where, { expect }) => {
      await using scene = await meet()
      const { server, begin } = scene
      if (where === 'gateway') server.gateway.rejectTokens()
      const { ended } = await begin(where === 'rest' ? { token: 'another-token' } : {})
      await expect.poll(() => ended[0]).toMatch(/DISCORD_TOKEN.*Reset Token/)
    },
  )
})
