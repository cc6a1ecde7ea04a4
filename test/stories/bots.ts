/** Bots on one world, one after the other, each with a configuration and data of its own: for stories that stop early. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, PERSON, writeConfiguration } from '../../sandbox/configuration.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { type Composed, compose } from '../../src/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { formatMistakes } from '../../src/config/mistake.ts'
import type { Card } from '../../src/release/card.ts'
import type { Actor } from '../../src/release/deployment.ts'
import { textOf, wideTextOf } from '../card-text.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { person } from './house.ts'
import { createMemoryChat, type MemoryChat } from './memory-chat.ts'

export interface Grounds {
  readonly folder: string
  readonly world: World
  /** Starts a bot; `change` has the last word on its configuration. Its data folder is its own unless one is named. */
  startBot(change?: (configuration: Configuration) => unknown, data?: string): Promise<TestBot>
  /** Ends what is left of bots and world. */
  close(): Promise<void>
}

export interface TestBot extends Composed, Pick<MemoryChat, 'until' | 'posts'> {
  readonly data: string
  /** What answers a typed line; empty where the thread is the answer. */
  says(line: string, actor?: Actor): Promise<string>
  /** The first red card of the thread that was not read before. */
  nextStop(): Promise<Card>
  /** A card on a screen so wide that no line is broken, with what differs from run to run named instead. */
  read(card: Card): string
  /** What of a stop card is about the problems, without what all of them end with. */
  findings(card: Card): string
}

export async function openGrounds(): Promise<Grounds> {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world') })
  const bots: TestBot[] = []
  return {
    folder,
    world,
    startBot: async (change, data = join(folder, `data-${bots.length + 1}`)) => {
      const bot = await startBot(world, data, change)
      bots.push(bot)
      return bot
    },
    close: async () => {
      for (const bot of bots) await bot.stop()
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startBot(world: World, data: string, change?: (configuration: Configuration) => unknown) {
  const file = await writeConfiguration(world, change)
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: world.folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  const chat = createMemoryChat()
  const composed = await compose({
    projects: loaded.projects,
    chats: [chat.chat],
    dataFolder: data,
    scratchFolder: data,
    secrets: [],
    env: { ...process.env, ...world.environment },
    log: (line) => process.stderr.write(`${line}\n`),
  })
  await composed.bot.start()
  const read = (card: Card) => named(wideTextOf(card), world.folder, data)
  const says = async (text: string, actor = person(PERSON)) => {
    const card = await chat.hears({ text, actor })
    return card === undefined ? '' : textOf(card)
  }
  const findings = (card: Card) => read(card).split('\n\n  Users still have')[0] ?? ''
  return { ...composed, until: chat.until, posts: chat.posts, data, says, nextStop: stopsOf(chat), read, findings }
}

function stopsOf(chat: MemoryChat): () => Promise<Card> {
  const known = new Set<string>()
  return () =>
    chat.until(({ key }) => {
      const isNew = /\/problems:/.test(key) && !known.has(key)
      if (isNew) known.add(key)
      return isNew
    })
}

function named(text: string, world: string, data: string): string {
  return text
    .replaceAll(data, 'DATA')
    .replaceAll(world, 'WORLD')
    .replace(/127\.0\.0\.1(\]?):\d{2,}/g, '127.0.0.1$1:PORT')
    .replace(/-p \d{2,}/g, '-p PORT')
    .replace(/(Failed to connect to \S+ port \d+).*/g, '$1')
    .replace(/SHA256:[\w+/]{43}/g, 'FINGERPRINT')
    .replace(/\d{1,2} \w{3} \d{2}:\d{2} UTC/g, 'TIME')
}
