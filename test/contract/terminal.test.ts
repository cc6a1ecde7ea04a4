import { PassThrough } from 'node:stream'
import { withControl } from '../../adapters/socket/control.ts'
import { createTerminal } from '../../adapters/terminal/terminal.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import { emulatedScreen } from '../adapters/emulated-screen.ts'
import { type ChatWorld, chatContract } from './chat-port.ts'

async function terminalWorld(isTty: boolean, around = (chat: Chat) => chat): Promise<ChatWorld> {
  const input = new PassThrough()
  const screen = emulatedScreen()
  const heard: Incoming[] = []
  const waiting: ((incoming: Incoming) => void)[] = []
  const terminal = createTerminal({
    input,
    output: { write: (text) => screen.write(isTty ? text : text.replaceAll('\n', '\r\n')) },
    isTty,
    columns: () => 80,
    env: { TERM: 'xterm', NO_COLOR: '1' },
    user: 'ana',
    presses: true,
    now: () => 0,
  })
  const chat = around(terminal)
  await chat.start(async (incoming) => {
    const take = waiting.shift()
    if (take === undefined) heard.push(incoming)
    else take(incoming)
  })
  const next = () => new Promise<Incoming>((resolve) => waiting.push(resolve))
  const sees = async () => screen.lines().join('\n')
  const type = async (text: string) => {
    const incoming = next()
    input.write(isTty ? `${text}\r` : `${text}\n`)
    return incoming
  }
  return {
    chat,
    place: { platform: 'terminal', channel: 'terminal' },
    longest: 200_000,
    everybodySees: sees,
    senderSees: sees,
    type,
    press: async (command) => {
      const incoming = await type(`/${command}`)
      if (incoming.digest === undefined) throw new Error('no button has this command')
      return incoming
    },
    end: () => chat.stop(),
  }
}

chatContract('a terminal', () => terminalWorld(true))
chatContract('a pipe that may press', () => terminalWorld(false))
chatContract('a terminal beside a shell', () =>
  terminalWorld(true, (terminal) =>
    withControl(terminal, {
      listen: async () => ({ close: async () => {} }),
      user: 'ana',
      newId: () => '1',
      log: () => {},
    }),
  ),
)
