/** Calls to Discord that it answers with a no which passes, or with none that ever comes to an end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { card } from '../contract/chat-port.ts'
import { discordOn, hastyClock } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'

const FOR_EVER = Number.POSITIVE_INFINITY
let server: DiscordServer
beforeEach(async () => {
  server = await createDiscordServer()
})
afterEach(() => server.close())

function asked() {
  const { chat, ended } = discordOn(server, { clock: hastyClock(), attemptMs: 150 })
  const place = { platform: 'discord', channel: server.channelId } as const
  return { ended, post: (title: string) => chat.post(place, card(title), title) }
}

describe('a 401', () => {
  const unauthorized = { code: 0, status: 401 }

  test('that comes once takes nothing with it', async () => {
    const { post, ended } = asked()
    server.faults.add(/^POST .*messages$/, unauthorized)
    await post('#42: release')
    await post('#43: release')
    expect(ended).toEqual([])
    expect(server.messages()).toHaveLength(2)
  })

  test('that comes again means that the token was reset, and ends the bot with the reason', async () => {
    const { post, ended } = asked()
    server.faults.add(/./, unauthorized, FOR_EVER)
    await expect(post('#42: release')).rejects.toThrow()
    await expect.poll(() => ended[0]).toMatch(/DISCORD_TOKEN.*Reset Token/)
  })
})

describe('a limit', () => {
  test('that lasts ten minutes is told at once with its time, and holds up nothing behind it', async () => {
    const { post } = asked()
    await post('#41: release')
    server.faults.add(/^POST .*messages$/, { retryAfter: 600 })
    await expect(post('#42: release')).rejects.toThrow('in 601 s (429)')
    await post('#43: release')
    expect(server.messages()).toHaveLength(2)
  })

  test('that comes again and again comes to an end', async () => {
    const { post } = asked()
    server.faults.add(/^GET .*messages/, 'limit', FOR_EVER)
    await expect(post('#42: release')).rejects.toThrow('no answer within')
  })
})
