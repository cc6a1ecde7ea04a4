import { createRequire } from 'node:module'
import { expect, onTestFinished, test } from 'vitest'
import { card } from '../contract/chat-port.ts'
import { discordOn } from '../discord-server/bot.ts'
import { createDiscordServer } from '../discord-server/server.ts'

/** What Bolt loads makes its own undici the one that everything in the process asks through. */
function beBesideBolt(): void {
  const { Agent, getGlobalDispatcher, setGlobalDispatcher } = createRequire(
    createRequire(import.meta.url).resolve('@slack/bolt'),
  )('undici')
  const before = getGlobalDispatcher()
  setGlobalDispatcher(new Agent())
  onTestFinished(() => setGlobalDispatcher(before))
}

test('a message with a file is posted also where Bolt was loaded first', async () => {
  beBesideBolt()
  const server = await createDiscordServer()
  onTestFinished(server.close)
  const { chat } = discordOn(server)
  onTestFinished(chat.stop)
  await chat.start(async () => {})
  const place = { platform: 'discord', channel: server.channelId } as const
  await chat.post(place, card('With a file', { files: [{ name: 'a.txt', text: 'what it holds' }] }), 'key')
  expect(server.messages().map(({ files }) => files)).toMatchObject([[{ name: 'a.txt' }]])
})
