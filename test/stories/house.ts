/** The house of a story: a world, the real bot on it, and a chat in memory in which people type, press and read. */
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Configuration, PERSON, writeConfiguration } from '../../sandbox/configuration.ts'
import { createWorld, type World, type WorldOptions } from '../../sandbox/world.ts'
import { type Composed, type ComposeOptions, compose } from '../../src/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { formatMistakes } from '../../src/config/mistake.ts'
import type { Card } from '../../src/release/card.ts'
import type { Actor } from '../../src/release/deployment.ts'
import type { Project } from '../../src/release/project.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { createMemoryChat, type MemoryChat, type Post } from './memory-chat.ts'

export interface HouseOptions
  extends Pick<WorldOptions, 'makepkg' | 'isolation'>,
    Pick<ComposeOptions, 'portsFor' | 'logBytes'> {
  /** Has the last word on the configuration. */
  readonly change?: (configuration: Configuration, world: World) => unknown
}

export interface House extends Composed {
  readonly world: World
  /** The one project of the world, as the bot read it. */
  readonly project: Project
  /** The bot's own data: `open/`, `logs/`, `clones/`, … */
  readonly dataFolder: string
  /** Types a line, as `you` where nobody is named; the card that answered it, undefined where the thread is the answer. */
  says(line: string, actor?: Actor): Promise<Card | undefined>
  /** Presses the button of a card whose command begins with the word, such as `approve`. */
  presses(card: Card, word: string, actor?: Actor): Promise<Card | undefined>
  /**
   * The first post that matches, as it stands now or as soon as it is posted or edited. A problem, or a release that is
   * complete, ends the wait with its text, unless it was waited for before.
   */
  until(matches: (post: Post) => boolean): Promise<Card>
  /** The post under a key without its number, such as `gate:aur-submit.1` or `result`; of the oldest deployment that has one. */
  posted(name: string): Promise<Card>
  /** What the thread shows now, in the order it was posted. */
  thread(): readonly Post[]
  /** How often each key was posted. */
  counts(): Readonly<Record<string, number>>
  close(): Promise<void>
}

/** Makes a world of its own and starts the bot on it. Everything is gone after `close`. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await newFolder()
  const world = await createWorld({ ...options, folder: join(folder, 'world') })
  const dataFolder = join(folder, 'data')
  const chat = createMemoryChat()
  const composed = await startBot(world, { dataFolder, chat, ...options })
  return {
    ...composed,
    world,
    dataFolder,
    says: (text, actor = person(PERSON)) => chat.hears({ text, actor }),
    presses: (card, word, actor = person(PERSON)) => chat.hears({ ...buttonOf(card, word), actor }),
    until: chat.until,
    posted: (name) => chat.until(({ key }) => key.replace(/^\d+\//, '') === name),
    thread: chat.posts,
    counts: chat.counts,
    close: async () => {
      await composed.stop()
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Somebody at a terminal, whom the platform vouches for unless it is said otherwise. */
export function person(account: string, more: Partial<Actor> = {}): Actor {
  return { platform: 'terminal', account, name: account, groups: [], vouched: true, ...more }
}

interface Start extends HouseOptions {
  readonly dataFolder: string
  readonly chat: MemoryChat
}

async function startBot(world: World, { dataFolder, chat, change, portsFor, logBytes }: Start) {
  const file = await writeConfiguration(world, change && ((configuration) => change(configuration, world)))
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: world.folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  const [project] = loaded.projects
  if (project === undefined) throw new Error('the configuration of the world has a project')
  const composed = await compose({
    projects: [project],
    chats: [chat.chat],
    dataFolder,
    scratchFolder: dirname(dataFolder),
    secrets: [],
    env: { ...process.env, ...world.environment },
    ...(portsFor && { portsFor }),
    ...(logBytes !== undefined && { logBytes }),
    log: (line) => process.stderr.write(`${line}\n`),
  })
  await composed.bot.start()
  return { ...composed, project }
}

function buttonOf({ title, buttons }: Card, word: string) {
  const button = buttons.find(({ command }) => command.startsWith(word))
  if (button === undefined) throw new Error(`“${title}” has no button for ${word}`)
  return { text: button.command, ...(button.gate && { digest: button.gate.digest }) }
}
