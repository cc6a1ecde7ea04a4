/** The name of a deployment's thread: what its message says, as Discord takes it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { card } from '../contract/chat-port.ts'
import { discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'

let server: DiscordServer
beforeEach(async () => {
  server = await createDiscordServer()
})
afterEach(() => server.close())

test.each([
  ['that of its message', '#1: Harbour 3.1.3+001', '#1: Harbour 3.1.3+001'],
  ['without what markdown needs', '#1: *Harbour* [beta] <3', '#1: *Harbour* [beta] <3'],
  ['cut between characters', `x${'😀'.repeat(80)}`, `x${'😀'.repeat(49)}…`],
  ['never empty', ' ', 'Slipway'],
])('a thread has a name: %s', async (_, title, name) => {
  const place = { platform: 'discord', channel: server.channelId } as const
  const head = await discordOn(server).chat.post(place, card(title), '1/first')
  const again = discordOn(server).chat
  await again.post({ ...place, thread: head.id }, card('#1: submit harbour 3.1.3+001 to the AUR?'), '1/gate')
  expect(server.state.channels.get(head.id)?.name).toBe(name)
})
