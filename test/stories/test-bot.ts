/** A bot on a world, and the chat in memory in which people type to it, press its buttons and read. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Configuration, PERSON, writeConfiguration } from '../../sandbox/configuration.ts'
import type { Whereabouts } from '../../sandbox/world.ts'
import { type Composed, type ComposeOptions, compose } from '../../src/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { formatMistakes } from '../../src/config/mistake.ts'
import type { Chat } from '../../src/ports/chat.ts'
import type { Actor } from '../../src/release/actor.ts'
import type { Card } from '../../src/release/card.ts'
import type { Project } from '../../src/release/project.ts'
import { leave } from '../canary/leave.ts'
import { CANARIES, SECRETS } from '../canary/secrets.ts'
import { textOf, wideTextOf } from '../card-text.ts'
import { createMemoryChat, type MemoryChat, type Post } from './memory-chat.ts'

export interface BotOptions extends Pick<ComposeOptions, 'portsFor' | 'logBytes' | 'wrap'> {
  /** The bot's own data: `open/`, `logs/`, `clones/`, … */
  readonly dataFolder: string
  /** Has the last word on the configuration. */
  readonly change?: (configuration: Configuration, where: Whereabouts) => unknown
  /** Where people talk besides. */
  readonly chats?: readonly Chat[]
  /** What the bot's own environment has besides, such as an ssh agent. */
  readonly env?: Readonly<Record<string, string>>
}

export interface TestBot extends Composed, Pick<MemoryChat, 'until' | 'counts'> {
  /** The project of the world, as the bot read it; the first where a story has several. */
  readonly project: Project
  readonly dataFolder: string
  /** Types a line, as `you` where nobody is named; the card that answered it, undefined where the thread is the answer. */
  asks(line: string, actor?: Actor): Promise<Card | undefined>
  /** The same, as the text of the card; empty where the thread is the answer. */
  says(line: string, actor?: Actor): Promise<string>
  /** Presses the button of a card whose command begins with the word, such as `approve`. */
  presses(card: Card, word: string, actor?: Actor): Promise<Card | undefined>
  /** The post under a key without its number, such as `gate:aur-submit.1` or `result`; of the oldest deployment that has one. */
  posted(name: string): Promise<Card>
  /** The first red card of the thread that was not read before. */
  nextStop(): Promise<Card>
  /** What the thread shows now, in the order it was posted. */
  thread(): readonly Post[]
  /** A card on a screen so wide that no line is broken, with what differs from run to run named instead. */
  read(card: Card): string
  /** What of a stop card is about the problems, without what all of them end with. */
  findings(card: Card): string
}

/** Starts it; whoever starts it stops it. */
export async function startBot(where: Whereabouts, options: BotOptions): Promise<TestBot> {
  const { dataFolder, change, portsFor, logBytes, wrap, chats = [] } = options
  const projects = await projectsOf(where, change && ((configuration) => change(configuration, where)))
  const chat = createMemoryChat()
  const composed = await compose({
    projects,
    chats: [chat.chat, ...chats],
    dataFolder,
    scratchFolder: dirname(dataFolder),
    secrets: SECRETS,
    env: { ...process.env, ...CANARIES, ...where.environment, ...options.env },
    ...(portsFor && { portsFor }),
    ...(logBytes !== undefined && { logBytes }),
    ...(wrap && { wrap }),
    log: (line) => {
      leave('log', line)
      process.stderr.write(`${line}\n`)
    },
  })
  await composed.bot.start()
  const read = (card: Card) => named(wideTextOf(card), where.folder, dataFolder)
  const asks: TestBot['asks'] = (text, actor = person(PERSON)) => chat.hears({ text, actor })
  return {
    ...composed,
    project: projects[0],
    dataFolder,
    asks,
    says: async (line, actor) => cardText(await asks(line, actor)),
    presses: (card, word, actor = person(PERSON)) => chat.hears({ ...buttonOf(card, word), actor }),
    until: chat.until,
    posted: (name) => chat.until(({ key }) => key.replace(/^\d+\//, '') === name),
    nextStop: stopsOf(chat),
    thread: chat.posts,
    counts: chat.counts,
    read,
    findings: (card) => read(card).split('\n\n  Users still have')[0] ?? '',
  }
}

/** Somebody at a terminal, whom the platform vouches for unless it is said otherwise. */
export function person(account: string, more: Partial<Actor> = {}): Actor {
  return { platform: 'terminal', account, name: account, groups: [], vouched: true, ...more }
}

async function projectsOf(
  where: Whereabouts,
  change?: (configuration: Configuration) => unknown,
): Promise<readonly [Project, ...Project[]]> {
  const file = await writeConfiguration(where, change)
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: where.folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  const [project, ...others] = loaded.projects
  if (project === undefined) throw new Error('the configuration of the world has a project')
  return [project, ...others]
}

function cardText(card: Card | undefined): string {
  return card === undefined ? '' : textOf(card)
}

function buttonOf({ title, buttons }: Card, word: string) {
  const button = buttons.find(({ command }) => command.startsWith(word))
  if (button === undefined) throw new Error(`“${title}” has no button for ${word}`)
  const { command, types } = button
  return {
    text: types === undefined ? command : `${command} ${types}`,
    ...(button.gate && { digest: button.gate.digest }),
  }
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

/** A second project in the same world that shares no place with the first: it has no server, and other addresses. */
export function pierBeside(harbour: Configuration['projects']['harbour']) {
  const { vps: _, ...rest } = harbour
  const publish = { ...harbour.build.publish, url: harbour.build.publish.url.replace(/[^/]*$/, 'pier-$&') }
  return {
    ...rest,
    title: 'Pier',
    repository: { ...harbour.repository, url: fileURLToPath(harbour.repository.url) },
    build: { ...harbour.build, publish },
    aur: { ...harbour.aur, url: fileURLToPath(harbour.aur.url) },
  }
}
