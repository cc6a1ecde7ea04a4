import type { Incoming } from '../../src/ports/chat.ts'
import { ANA, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, textOfMessage } from '../discord-server/server.ts'
import { type ChatWorld, chatContract } from './chat-port.ts'

async function discordWorld(): Promise<ChatWorld> {
  const server = await createDiscordServer()
  const { chat } = discordOn(server)
  const waiting: ((incoming: Incoming) => void)[] = []
  const finish: (() => void)[] = []
  await chat.start(
    (incoming) =>
      new Promise((resolve) => {
        finish.push(resolve)
        waiting.shift()?.(incoming)
      }),
  )
  await server.until(() => server.state.commands.length > 0)
  const next = () => new Promise<Incoming>((resolve) => waiting.push(resolve))
  const read = () => server.messages().map(textOfMessage).join('\n\n')
  return {
    chat,
    place: { platform: 'discord', channel: server.channelId },
    longest: 8_000,
    everybodySees: async () => read(),
    senderSees: async () => [read(), ...server.privately(ANA).map(textOfMessage)].join('\n\n'),
    type: (text) => {
      const incoming = next()
      server.types(ANA, text)
      return incoming
    },
    press: async (command) => {
      const incoming = next()
      server.presses(ANA, command.split(' ')[0] ?? '')
      return incoming
    },
    end: async () => {
      for (const end of finish) end()
      await chat.stop()
      await server.close()
    },
  }
}

chatContract('Discord', discordWorld)
