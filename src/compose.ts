/** Puts a bot together from its parts: the one place that knows every room. Started by `main.ts`, the demo and the stories. */
import { join } from 'node:path'
import type { Command } from '../commands/command.ts'
import { helpCard } from '../commands/help-card.ts'
import { parseCommand } from '../commands/parse.ts'
import { createSuggest } from '../commands/suggest.ts'
import { COMMANDS } from '../commands/table.ts'
import { drawnChat } from './bot/drawn.ts'
import { loggedJournal } from './bot/logged.ts'
import { maskedChat, maskedEvent } from './bot/masked.ts'
import type { CommandDesk } from './bot/reception.ts'
import { type Bot, createBot } from './bot.ts'
import { createPorts } from './compose/ports.ts'
import { createWorldView, work } from './compose/world.ts'
import type { Chat } from './ports/chat.ts'
import type { Journal } from './ports/journal.ts'
import { createQueue } from './queue/queue.ts'
import type { PlatformName } from './release/actor.ts'
import type { Deployment } from './release/deployment.ts'
import { type Level, leveled } from './release/log-level.ts'
import type { Project } from './release/project.ts'
import { createMasker } from './release/redact.ts'
import { announcements } from './release/report/announce.ts'
import { mirrored } from './release/report/mirror.ts'
import { refusedPosts, unannouncedPosts } from './release/report/refused.ts'
import { threaded } from './release/report/threaded.ts'
import type { View } from './release/report/view.ts'
import { cardsFor } from './release/report.ts'
import { foldersFor } from './runners/facts.ts'
import type { perform } from './runners/perform.ts'
import type { Ports } from './runners/step.ts'
import { createJournal } from './tools/journal.ts'
import { createPictures } from './tools/pictures.ts'
import { createProcessRecords } from './tools/process-records.ts'
import { keyFileIn, publicKeyOf } from './tools/signing.ts'

export type Perform = typeof perform

/** Deployments of a project that a step may look back on: as many as the journal has at hand. */
const LOOK_BACK = 100

export interface ComposeOptions {
  readonly projects: readonly Project[]
  readonly dataFolder: string
  /** A folder for dry runs and looks at the world; everything in it is removed again. */
  readonly scratchFolder: string
  /** Masked in everything that leaves the process. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[]
  readonly chats: readonly Chat[]
  /** The environment that runners may pass on by name. */
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** Puts something around the journal, or around the carrying out of effects: a run that is to be killed there. */
  readonly wrap?: { journal?(journal: Journal): Journal; perform?(inner: Perform): Perform }
  /** The ports that a step is given, where not the real ones as they are: a story looks over its shoulder. */
  portsFor?(step: string, ports: Ports): Ports
  /** What the log of one step may hold; beyond it the middle of what a program prints is left out. */
  readonly logBytes?: number
  /** The key that certificates are signed with; without it, one in the data folder, which is made at the first start. */
  readonly signingKey?: string
  /** When a bot with this data was last there, ms since the epoch; without it, when it last wrote something down. */
  readonly lastAlive?: number
  /** Time zone of the cards, an IANA name; UTC without it. */
  readonly zone?: string
  log(line: string): void
  /** How much of it is told; `info` without it. */
  readonly logLevel?: Level
}

export interface Composed {
  readonly bot: Bot
  readonly ports: Ports
  readonly journal: Journal
  /** Ends the bot and lets go of its connections. */
  stop(): Promise<void>
}

/** A bot that is ready to be started. Rejects when the data folder cannot be used. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { projects, dataFolder, zone } = options
  const masker = createMasker(options.secrets)
  const log = leveled(options.logLevel ?? 'info', (line) => options.log(masker.mask(line)))
  const records = createProcessRecords(join(dataFolder, 'processes'))
  const signingKey = options.signingKey ?? keyFileIn(dataFolder)
  await publicKeyOf(signingKey, { make: options.signingKey === undefined })
  const ports = createPorts(masker, options.env, records, { signingKey, ...bounded(options) })
  const drawing = {
    pictures: createPictures(),
    folder: join(dataFolder, 'pictures'),
    mask: masker.mask,
    failed: (name: string, reason: string) => log(`${name} could not be drawn: ${reason}`),
  }
  const chats = options.chats.map((chat) => maskedChat(drawnChat(chat, drawing), masker.mask))
  const written = await createJournal(dataFolder, {
    onDamaged: (file, reason) => log(`${file} is damaged and was set aside: ${reason}`, 'error'),
    signer: ports.signer,
    onUnsigned: (number, reason) => log(`the journal of #${number} has no checkpoint: ${reason}`, 'error'),
  })
  const journal = loggedJournal(options.wrap?.journal?.(written) ?? written, log)
  const performed: Perform = async (performance) => (await work()).perform(performance)
  const carryOut = options.wrap?.perform?.(performed) ?? performed
  const queue = createQueue({ places: (lane) => placesIn(lane, ports.processes.cores) })
  const foldersOf = ({ project, number }: Deployment) => foldersFor(dataFolder, project, number, signingKey)
  const stopping = new AbortController()
  const bot = createBot({
    projects,
    chats,
    journal,
    queue,
    clock: ports.clock,
    lastAlive: options.lastAlive,
    commands: COMMAND_DESK,
    help: helpCard,
    mask: masker.mask,
    world: createWorldView({ ...options, signingKey }, ports, stopping.signal),
    ...(zone !== undefined && { zone }),
    perform: async (wanted) => {
      const event = await carryOut({
        ...wanted,
        table: (await work()).RUNNERS,
        ports: options.portsFor?.(wanted.effect.step, ports) ?? ports,
        folders: foldersOf(wanted.deployment),
        history: () => journal.history(LOOK_BACK, wanted.deployment.project.name),
      })
      return maskedEvent(event, masker.mask)
    },
    cards: (deployment, lines, { missed, ...line }) => {
      const { platform } = deployment.place
      const chat = chats.find((each) => each.platform === platform)
      const on = (each: PlatformName) => ({ missed: missed?.get(each) ?? [] })
      const posts = cardsFor(deployment, ports.clock.now(), { lines, ...line, ...on(platform), ...viewOn(chat, zone) })
      const told = chat?.abilities?.threads ? threaded(deployment, posts) : posts
      const elsewhere = chats.flatMap((each) => [
        ...mirrored(deployment, each.platform, { ...line, ...on(each.platform), ...viewOn(each, zone) }),
        ...announcements(deployment, each.platform, viewOn(each, zone)),
        ...refusedPosts(deployment, each.platform, { ...line, ...viewOn(each, zone) }),
      ])
      return [...told, ...unannouncedPosts(deployment, { ...line, ...viewOn(chat, zone) }), ...elsewhere]
    },
    log,
  })
  /** What a killed bot had started is ended before any of its steps runs again. */
  const start = async () => {
    for (const line of await records.endStray()) log(line, 'info')
    await bot.start()
    await work()
  }
  const stop = async () => {
    stopping.abort()
    await bot.stop()
    await records.idle()
    await ports.ssh.close()
  }
  return { bot: { ...bot, start }, ports, journal, stop }
}

function bounded({ logBytes }: ComposeOptions): { readonly logBytes?: number } {
  return logBytes === undefined ? {} : { logBytes }
}

/** How cards are read on a platform. */
function viewOn(chat: Chat | undefined, zone: string | undefined): View {
  return {
    ...(zone !== undefined && { zone }),
    ...(chat && { spell: chat.spell, moments: chat.abilities?.moments === true }),
  }
}

const COMMAND_DESK: CommandDesk = {
  parse: parseCommand,
  rowFor: ({ kind }) => COMMANDS[kind],
  answer: (request, incoming, desk) => (COMMANDS[request.kind] as Command).answer(request, incoming, desk),
  suggest: createSuggest(),
}

/** A project's slot holds one deployment; builds share the cores; the other steps mostly wait for somebody else. */
function placesIn(lane: string, cores: number): number {
  if (lane.startsWith('project:')) return 1
  return lane === 'builds' ? Math.max(1, cores) : 64
}
