/**
 * The story: what a person sends becomes a request, a request becomes a deployment, and a deployment becomes cards.
 * What happens next is decided by the machine.
 */
import { createClosedPlaces, isToldIn } from './bot/closed-places.ts'
import type { DeskOptions } from './bot/desk/options.ts'
import { createDesk } from './bot/desk.ts'
import { createHeard, heardBefore } from './bot/heard.ts'
import type { LiveOptions } from './bot/live.ts'
import { createLive } from './bot/live.ts'
import { createLocks } from './bot/locks.ts'
import { createPoster, type PosterOptions } from './bot/poster.ts'
import { type CommandDesk, createReception } from './bot/reception.ts'
import { summarize } from './bot/summary.ts'
import { untold } from './bot/untold.ts'
import { followedBy } from './bot/versions.ts'
import type { Chat, Incoming, Outage } from './ports/chat.ts'
import type { Queue } from './ports/queue.ts'
import type { Deployment } from './release/deployment.ts'
import { aheadOf, behind } from './release/line.ts'
import type { Log } from './release/log-level.ts'
import type { View } from './release/report/view.ts'
import { reconfigured } from './release/settings.ts'

export interface BotOptions extends Omit<DeskOptions, 'live' | 'locks'> {
  readonly chats: readonly Chat[]
  readonly queue: Queue
  readonly commands: CommandDesk
  readonly perform: LiveOptions['perform']
  readonly lastAlive?: LiveOptions['lastAlive']
  /** The cards of a deployment; `line`: what is before it and what keeps it back while it is queued, what keeps its cards out, and when presses were lost on each platform. */
  cards(
    deployment: Deployment,
    progress: ReadonlyMap<string, string>,
    line: Pick<View, 'ahead' | 'bar' | 'refused' | 'unannounced'> & {
      readonly missed?: ReadonlyMap<string, readonly Outage[]>
    },
  ): ReturnType<PosterOptions['cards']>
  /** Hides secrets in what is cut before it is shown. */
  readonly mask?: (text: string) => string
  /** One line for the bot's own log. */
  readonly log: Log
}

export interface Bot {
  /** Takes up what an earlier process left, then listens on every platform. */
  start(): Promise<void>
  /** Answers one incoming message; resolves when the answer is out. */
  handle(incoming: Incoming): Promise<void>
  /** Resolves when the deployment has ended and its last card is posted. */
  ended(number: number): Promise<void>
  /** Resolves when nothing is being answered and no deployment runs; those that wait for a person stay open. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Outages that a gate can still be asked again for. */
const OUTAGES = 20
/** Puts the story together. Nothing happens before `start`. */
export function createBot(options: BotOptions): Bot {
  const { chats, clock, journal, queue } = options
  const locks = createLocks(options)
  const lineOf = (deployment: Deployment) => {
    if (deployment.startedAt !== undefined || deployment.endedAt !== undefined) return {}
    const bar = locks.keeping(deployment)
    return { ahead: aheadOf(deployment, live.all()), ...(bar && { bar }) }
  }
  const poster = createPoster({
    chats,
    clock,
    cards: (deployment, progress) => {
      const refused = closed.of(deployment)
      const unannounced = closed.unannounced(deployment)
      const reached = { missed: outages, unannounced, ...(refused !== undefined && { refused }) }
      return options.cards(deployment, progress, { ...lineOf(deployment), ...reached })
    },
    posted: (number, key, message) => live.send(number, { type: 'posted', key, message, at: clock.now() }),
    told: (number) => live.forget(number),
    failed: (platform, reason) => options.log(`${platform}: ${reason}`),
    refused: (place, reason) => closed.note(place, reason),
  })
  const live = createLive({
    journal,
    queue,
    clock,
    lastAlive: options.lastAlive,
    perform: options.perform,
    free: locks.free,
    follows: (deployment) =>
      followedBy(deployment, options).catch((error: unknown) => {
        options.log(`what #${deployment.number} follows on could not be read: ${String(error)}`, 'error')
        return undefined
      }),
    barred: (deployment) => locks.asking(deployment)?.kind,
    changed: (deployment, lines) => {
      poster.changed(deployment, lines)
      locks.hold(deployment)
      if (deployment.endedAt !== undefined)
        for (const each of behind(deployment, live.all())) poster.changed(each, NO_PROGRESS)
      for (const wake of listeners.splice(0)) wake()
    },
    summarize,
  })
  const listeners: (() => void)[] = []
  const outages = new Map<string, readonly Outage[]>()
  /** Told where else the project is heard. */
  const closed = createClosedPlaces({
    log: options.log,
    platforms: chats.map(({ platform }) => platform),
    changed: (place) => again((deployment) => isToldIn(deployment, place)),
  })
  const answering = new Set<Promise<void>>()
  const desk = createDesk({ ...options, live, locks })
  const reception = createReception({ ...options, desk })
  const heard = createHeard()

  /** What is open is asked again where somebody may have pressed in vain. */
  const missed = ({ platform }: Chat, outage: Outage) => {
    outages.set(platform, [...(outages.get(platform) ?? []), outage].slice(-OUTAGES))
    again(({ gates }) => gates.some(({ status }) => status === 'open'))
  }

  const again = (isMeant: (deployment: Deployment) => boolean) => {
    for (const deployment of live.all()) if (isMeant(deployment)) poster.changed(deployment, NO_PROGRESS)
  }

  /** One under way goes on with the configuration that it began with; where another one stands now, its thread says so. */
  const tellSettings = async (deployment: Deployment) => {
    const now = options.projects.find(({ name }) => name === deployment.project.name)
    const event = reconfigured(deployment, now, clock.now(), options.mask)
    if (event !== undefined) await live.send(deployment.number, event)
  }

  const keysOf = (deployment: Deployment) => options.cards(deployment, NO_PROGRESS, {}).map(({ key }) => key)

  const handle: Bot['handle'] = async (incoming) => {
    if (heard.isRepeated(incoming.id)) return
    poster.again(incoming.place.platform)
    const answered = reception.reply(incoming).finally(() => answering.delete(answered))
    answering.add(answered)
    await answered
  }

  const listen = (chat: Chat) => {
    const mended = () => poster.again(chat.platform)
    return chat.start(handle, (outage) => missed(chat, outage), reception.suggest, mended)
  }

  return {
    handle,
    start: async () => {
      for (const reason of await live.resume()) options.log(reason, 'error')
      for (const deployment of live.all()) await tellSettings(deployment)
      for (const deployment of await untold(journal, keysOf, clock.now())) live.recall(deployment)
      heard.recall(await heardBefore(journal, live.all()))
      locks.start()
      await Promise.all(chats.map(listen))
    },
    ended: async (number) => {
      await live.ended(number)
      await poster.idle()
    },
    idle: async () => {
      const isBusy = (each: Deployment) => isRunning(each) || (each.status === 'queued' && isNext(lineOf(each)))
      while (answering.size > 0 || live.all().some(isBusy)) {
        await (answering.size > 0 ? Promise.allSettled(answering) : new Promise<void>((wake) => listeners.push(wake)))
      }
      await poster.idle()
    },
    stop: async () => {
      poster.stop()
      locks.stop()
      await Promise.all(chats.map((chat) => chat.stop()))
      await live.stop()
    },
  }
}

const NO_PROGRESS: ReadonlyMap<string, string> = new Map()

function isRunning({ status }: Deployment): boolean {
  return status === 'running'
}

/** What waits behind others, or for a lock, begins when somebody has done something. */
function isNext({ ahead = [], bar }: Pick<View, 'ahead' | 'bar'>): boolean {
  return ahead.length === 0 && bar === undefined
}
