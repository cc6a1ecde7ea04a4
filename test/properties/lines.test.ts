/** The whole way of a typed line, from the platform to the answer, without a world behind it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { helpCard } from '../../commands/help-card.ts'
import { parseCommand } from '../../commands/parse.ts'
import { COMMANDS } from '../../commands/table.ts'
import { createBot } from '../../src/bot.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Answer } from '../../src/ports/desk.ts'
import { createQueue } from '../../src/queue/queue.ts'
import { problem } from '../../src/release/problems.ts'
import { memoryJournal } from '../bot/memory-journal.ts'
import { textOf } from '../card-text.ts'
import { person, project } from '../release/sample.ts'

const words = fc.constantFrom(
  ...Object.keys(COMMANDS),
  ...[
    '3.1.3',
    'patch',
    '#1',
    '#42',
    '--dry-run',
    '--notes',
    '"',
    '--project',
    'harbour',
    '$(id)',
    '`id`',
    ';',
    '\u0000',
    '\u202e',
  ],
)
const line = fc
  .array(fc.oneof(words, fc.string({ unit: 'binary', maxLength: 10 })), { maxLength: 8 })
  .map((parts) => parts.join(' '))

test('10 000 random lines of a stranger get one answer each; nothing crashes, is begun or is looked up in the world', async () => {
  const answers: string[] = []
  const log: string[] = []
  let begun = 0
  const refuse = async () => problem('request.nothing-released', { project: 'Harbour' })
  const chat: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    post: () => Promise.reject(new Error('nothing is to be posted')),
    update: () => Promise.reject(new Error('nothing is to be posted')),
    answer: async (_, card) => void answers.push(textOf(card)),
    start: async () => {},
    stop: async () => {},
  }
  const bot = createBot({
    projects: [project],
    chats: [chat],
    journal: memoryJournal(),
    queue: createQueue({ places: () => 1 }),
    clock: { now: () => 1_000_000, sleep: async () => {}, at: () => () => {} },
    help: helpCard,
    commands: {
      parse: parseCommand,
      rowFor: ({ kind }) => COMMANDS[kind],
      answer: (request, incoming, desk) =>
        (COMMANDS[request.kind].answer as (...of: unknown[]) => Promise<Answer | undefined>)(request, incoming, desk),
    },
    world: {
      released: refuse,
      verify: refuse,
      dryRun: () => Promise.reject(new Error('a stranger runs nothing')),
      logFile: async () => undefined,
      incident: async () => undefined,
      certificate: () => Promise.reject(new Error('a stranger runs nothing')),
      diagnose: () => Promise.reject(new Error('a stranger runs nothing')),
      ambiguousTemplates: () => [],
    },
    perform: () => {
      begun += 1
      return new Promise(() => {})
    },
    cards: () => [],
    log: (text) => void log.push(text),
  })
  let sent = 0
  await fc.assert(
    fc.asyncProperty(line, async (text) => {
      const incoming: Incoming = {
        id: `line-${sent}`,
        actor: person('eve'),
        place: { platform: 'terminal', channel: 'x' },
        text,
      }
      sent += 1
      await bot.handle(incoming)
      expect(answers).toHaveLength(sent)
      expect(answers.at(-1)?.trim()).not.toBe('')
    }),
    { numRuns: 10_000 },
  )
  expect({ begun, log }).toEqual({ begun: 0, log: [] })
  expect(answers.join('')).not.toMatch(/[\0\u202e]/)
})
