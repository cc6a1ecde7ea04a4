import type { Incoming } from '../../src/ports/chat.ts'
import { attachSlack, type WayName } from '../slack-server/bot.ts'
import { wordsOf } from '../slack-server/read.ts'
import { createSlackServer } from '../slack-server/server.ts'
import { CHANNEL, type Message } from '../slack-server/state.ts'
import { type ChatWorld, chatContract } from './chat-port.ts'

const ANA = { id: 'UANA', name: 'ana' }

async function slackWorld(way: WayName): Promise<ChatWorld> {
  const server = await createSlackServer(ANA)
  const { slack } = await attachSlack(server, way)
  const waiting: ((incoming: Incoming) => void)[] = []
  await slack.start(async (incoming) => waiting.shift()?.(incoming))
  const heard = async (send: () => Promise<unknown>) => {
    const incoming = new Promise<Incoming>((resolve) => waiting.push(resolve))
    await send()
    return incoming
  }
  const read = (messages: readonly Message[]) => messages.map(wordsOf).join('\n')
  return {
    chat: slack,
    place: { platform: 'slack', channel: CHANNEL },
    longest: 15_000,
    everybodySees: async () => read(server.messages()),
    senderSees: async () => read([...server.messages(), ...server.privately(ANA)]),
    type: (text) => heard(() => server.types(ANA, text)),
    press: (command) => {
      const [verb = ''] = command.split(' ')
      return heard(() => server.presses(ANA, `${verb[0]?.toUpperCase()}${verb.slice(1)}`))
    },
    end: async () => {
      await slack.stop()
      await server.close()
      if (server.refusals.length > 0) throw new Error(`Slack would refuse: ${server.refusals.join('; ')}`)
    },
  }
}

chatContract('Slack over HTTP', () => slackWorld('http'))
chatContract('Slack over the socket', () => slackWorld('socket'))
