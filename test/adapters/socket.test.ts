import { describe, expect, test } from 'vitest'
import { withControl } from '../../adapters/socket/control.ts'
import { type Reply, readQuestion, spellForShell } from '../../adapters/socket/words.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'

const card = (title: string): Card => ({ title, tone: 'neutral', sections: [], buttons: [], files: [] })

/** A bot that answers what begins with `status`, and takes the rest without a word. */
async function shell(listening = true) {
  const heard: Incoming[] = []
  const onTerminal: string[] = []
  const logged: string[] = []
  let ask = async (_: string) => ''
  const terminal: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    post: async (place, { title }, key) => {
      onTerminal.push(title)
      return { platform: 'terminal', channel: place.channel, id: key }
    },
    update: async () => {},
    answer: async (_, { title }) => void onTerminal.push(title),
    start: async () => {},
    stop: async () => {},
  }
  let count = 0
  const chat = withControl(terminal, {
    listen: async (answer) => {
      if (!listening) throw new Error('the path is too long')
      ask = answer
      return { close: async () => void logged.push('closed') }
    },
    user: 'slipway',
    newId: () => {
      count += 1
      return `${count}`
    },
    log: (line) => logged.push(line),
  })
  await chat.start(async (incoming) => {
    heard.push(incoming)
    if (incoming.text.startsWith('status')) await chat.answer(incoming, card(`answer to ${incoming.text}`), 'channel')
  })
  const says = async (command: string, person = true): Promise<Reply> =>
    JSON.parse(await ask(JSON.stringify({ command, person })))
  return { chat, says, ask: (line: string) => ask(line), heard, onTerminal, logged }
}

describe('a command from a shell', () => {
  test('comes from the user of the bot, and its answer goes back to that shell alone', async () => {
    const { says, heard, onTerminal } = await shell()
    expect(await says('/status')).toEqual({ taken: false, card: card('answer to status') })
    expect(heard).toEqual([
      {
        id: 'shell-1',
        actor: { platform: 'terminal', account: 'slipway', name: 'slipway', groups: [], vouched: true },
        place: { platform: 'terminal', channel: 'shell' },
        text: 'status',
      },
    ])
    expect(onTerminal).toEqual([])
  })

  test('counts as a person only where one sits at a terminal', async () => {
    const { says, ask, heard } = await shell()
    await says('approve 42', false)
    await ask(JSON.stringify({ command: 'approve 42', person: 'yes' }))
    await says('approve 42', true)
    const approvals = heard.filter(({ text }) => text === 'approve 42')
    expect(approvals.map(({ actor }) => actor.vouched)).toEqual([false, false, true])
  })

  test.each([
    ['approve 42', 'status #42'],
    ['cancel #7', 'status #7'],
    ['deploy 3.1.3', 'status'],
    ['unlock', 'status'],
  ])('that has no answer of its own shows how things stand: %s', async (command, then) => {
    const { says } = await shell()
    expect(await says(command)).toEqual({ taken: true, card: card(`answer to ${then}`) })
  })

  test.each(['', 'approve 42', '{"command":42}', '[]', 'null'])(
    'is not taken from a line that is none: %j',
    async (line) => {
      const { ask, heard } = await shell()
      expect(JSON.parse(await ask(line))).toEqual({ taken: false })
      expect(heard).toEqual([])
    },
  )
})

test('what the terminal itself is told stays there', async () => {
  const { chat, onTerminal } = await shell()
  const incoming = {
    id: 'terminal-1',
    place: { platform: 'terminal', channel: 'terminal' },
    text: 'status',
  } as Incoming
  await chat.answer(incoming, card('for the terminal'), 'channel')
  await chat.post({ platform: 'terminal', channel: 'terminal' }, card('posted'), 'key')
  expect(onTerminal).toEqual(['for the terminal', 'posted'])
  expect(chat.spell('status #42', { platform: 'terminal', channel: 'terminal' })).toBe('/status #42')
  expect(chat.spell('status #42', { platform: 'terminal', channel: 'shell' })).toBe('npm run slipway -- status 42')
})

test('a socket that cannot be opened is told, and the bot works on', async () => {
  const { chat, logged } = await shell(false)
  expect(logged).toEqual([expect.stringContaining('the path is too long')])
  await chat.stop()
})

test.each([
  ['approve #42', 'npm run slipway -- approve 42'],
  ['deploy 3.1.3+002 --dry-run', 'npm run slipway -- deploy 3.1.3+002 --dry-run'],
  ['deploy 3.1.3 --notes "it\'s $(id)"', `npm run slipway -- 'deploy 3.1.3 --notes "it'\\''s $(id)"'`],
])('%s is spelled so that a shell leaves it alone', (command, spelled) => {
  expect(spellForShell(command)).toBe(spelled)
})

test('a question survives its way', () => {
  const question = { command: 'deny 42 "no\nline"', person: true }
  expect(readQuestion(JSON.stringify(question))).toEqual(question)
})
