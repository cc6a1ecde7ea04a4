/**
 * The story: what a person sends becomes a request, a request becomes a deployment, and a deployment becomes cards.
 * Who may do what is asked here once; what happens next is decided by the machine.
 */

import type { DeskOptions } from './bot/desk/options.ts'
import { createDesk } from './bot/desk.ts'
import type { LiveOptions } from './bot/live.ts'
import { createLive } from './bot/live.ts'
import { createLocks } from './bot/locks.ts'
import { createPoster, type PosterOptions } from './bot/poster.ts'
import { createRefusals, isToldIn } from './bot/refusals.ts'
import { summarize } from './bot/summary.ts'
import { untold } from './bot/untold.ts'
import type { Chat, Incoming, Outage } from './ports/chat.ts'
import type { Filling, Suggest } from './ports/command-form.ts'
import type { Answer, Desk } from './ports/desk.ts'
import type { Journal } from './ports/journal.ts'
import type { Queue } from './ports/queue.ts'
import { type Permission, refuseAccess } from './release/access.ts'
import type { Deployment } from './release/deployment.ts'
import { aheadOf, behind } from './release/line.ts'
import type { Log } from './release/log-level.ts'
import { isProblem, type Problem, problem } from './release/problems.ts'
import type { Project } from './release/project.ts'
import { isOnRecord } from './release/refusal.ts'
import type { View } from './release/report/view.ts'
import { problemCard } from './release/report.ts'
import { numberedTarget, type Request } from './release/request.ts'

/** The command table as the bot sees it. */
export interface CommandDesk {
  parse(text: string): Request | Problem
  permissionFor(request: Request): Permission
  answer(request: Request, incoming: Incoming, desk: Desk): Promise<Answer | Problem | undefined>
  /** What could stand in a field of a command that is being filled in. */
  suggest?(form: string, field: string, filling: Filling, desk: Desk): ReturnType<Suggest>
}

export interface BotOptions extends Omit<DeskOptions, 'live' | 'locks'> {
  readonly chats: readonly Chat[]
  readonly queue: Queue
  readonly commands: CommandDesk
  readonly perform: LiveOptions['perform']
  /** The cards of a deployment; `line`: what is before it and what keeps it back while it is queued, what keeps its cards out, and when presses were lost on each platform. */
  cards(
    deployment: Deployment,
    progress: ReadonlyMap<string, string>,
    line: Pick<View, 'ahead' | 'bar' | 'refused' | 'unannounced'> & {
      readonly missed?: ReadonlyMap<string, readonly Outage[]>
    },
  ): ReturnType<PosterOptions['cards']>
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

/** How many delivery ids are remembered; a platform repeats a delivery within minutes. */
const REMEMBERED = 10_000
/** Outages that a gate can still be asked again for. */
const OUTAGES = 20
/** Ended deployments whose delivery ids still count after a restart. */
const LOOK_BACK = 100

/** Puts the story together. Nothing happens before `start`. */
export function createBot(options: BotOptions): Bot {
  const { chats, clock, journal, queue, commands } = options
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
      const refused = refusals.of(deployment)
      const unannounced = refusals.unannounced(deployment)
      const heard = { missed: outages, unannounced, ...(refused !== undefined && { refused }) }
      return options.cards(deployment, progress, { ...lineOf(deployment), ...heard })
    },
    posted: (number, key, message) => live.send(number, { type: 'posted', key, message, at: clock.now() }),
    told: (number) => live.forget(number),
    failed: (platform, reason) => options.log(`${platform}: ${reason}`),
    refused: (place, reason) => refusals.note(place, reason),
  })
  const live = createLive({
    journal,
    queue,
    clock,
    perform: options.perform,
    free: locks.free,
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
  const refusals = createRefusals({
    log: options.log,
    changed: (place) => again((deployment) => isToldIn(deployment, place)),
  })
  const answering = new Set<Promise<void>>()
  const desk = createDesk({ ...options, live, locks })
  const seen = new Set<string>()

  /** What is open is asked again where somebody may have pressed in vain. */
  const missed = ({ platform }: Chat, outage: Outage) => {
    outages.set(platform, [...(outages.get(platform) ?? []), outage].slice(-OUTAGES))
    again(({ place, project }) => place.platform === platform || project.mirror)
  }

  const again = (isMeant: (deployment: Deployment) => boolean) => {
    for (const deployment of live.all()) if (isMeant(deployment)) poster.changed(deployment, NO_PROGRESS)
  }

  const keysOf = (deployment: Deployment) => options.cards(deployment, NO_PROGRESS, {}).map(({ key }) => key)

  const handle: Bot['handle'] = async (incoming) => {
    if (isRepeated(seen, incoming.id)) return
    poster.again(incoming.place.platform)
    const answered = reply(incoming).finally(() => answering.delete(answered))
    answering.add(answered)
    await answered
  }

  const suggest: Suggest = async (form, field, filling) =>
    commands.suggest?.(form, field, filling, desk).catch(() => []) ?? []

  /** Who was refused is told so in any case; a disk that takes no record of it is named in the log. */
  const refused: Refused = async (reason, projects, { actor, place, text: tried }) => {
    if (!isOnRecord(reason)) return
    const { code, what } = reason
    const names = projects.map(({ name }) => name)
    await journal.refusals
      .add({ at: clock.now(), actor, place, projects: names, tried, code, what })
      .catch((error: unknown) => options.log(`a refusal could not be written down: ${String(error)}`, 'error'))
  }

  const reply = async (incoming: Incoming) => {
    const chat = chats.find(({ platform }) => platform === incoming.place.platform)
    const answer = await answerTo(incoming, commands, desk, refused).catch((error: unknown) => bug(error, options))
    if (answer === undefined || chat === undefined) return
    const { card, audience } = isProblem(answer) ? refusal(answer, chat, incoming) : answer
    await chat.answer(incoming, card, audience)
  }

  const listen = (chat: Chat) => {
    const mended = () => poster.again(chat.platform)
    return chat.start(handle, (outage) => missed(chat, outage), suggest, mended)
  }

  return {
    handle,
    start: async () => {
      for (const reason of await live.resume()) options.log(reason, 'error')
      for (const deployment of await untold(journal, keysOf, clock.now())) live.recall(deployment)
      for (const id of await heardBefore(journal, live.all())) seen.add(id)
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

/** Told of every command that was understood and answered with a problem. */
type Refused = (reason: Problem, projects: readonly Project[], incoming: Incoming) => Promise<void>

/** Understands the words, asks whether this account may, and lets the command answer. */
async function answerTo(
  incoming: Incoming,
  commands: CommandDesk,
  desk: Desk,
  refused: Refused,
): Promise<Answer | Problem | undefined> {
  const request = commands.parse(incoming.text)
  if (isProblem(request)) return request
  if (request.kind === 'help') return { card: desk.help(request.command, incoming), audience: 'private' }
  const projects = await projectsOf(request, incoming, desk)
  if (isProblem(projects)) return projects
  const refusals = projects.map((project) => refuseAccess(project, commands.permissionFor(request), incoming.actor))
  const answer = refusals.includes(undefined) ? await commands.answer(request, incoming, desk) : refusals[0]
  if (isProblem(answer)) await refused(answer, projects, incoming)
  return answer
}

/** Where the sender has to be granted what they ask: in the one project that the command is about, or in any of them. */
async function projectsOf(request: Request, incoming: Incoming, desk: Desk): Promise<readonly Project[] | Problem> {
  const number =
    'target' in request && request.kind !== 'deploy'
      ? numberedTarget(request)
      : 'number' in request
        ? request.number
        : undefined
  const name = 'project' in request ? request.project : undefined
  const about = number !== undefined ? 'deployment' : name !== undefined ? 'project' : ABOUT[request.kind]
  if (about === 'everything') return desk.projects
  const found = about === 'deployment' ? await desk.find(number, incoming) : desk.projectFor(name, incoming)
  if (isProblem(found)) return found
  return ['project' in found ? found.project : found]
}

/** What a command is about when it names neither a deployment nor a project. */
const ABOUT = {
  deploy: 'project',
  verify: 'project',
  status: 'everything',
  timeline: 'deployment',
  history: 'everything',
  logs: 'deployment',
  certificate: 'project',
  retry: 'deployment',
  cancel: 'deployment',
  approve: 'deployment',
  deny: 'deployment',
  fix: 'deployment',
  rollback: 'project',
  diagnose: 'deployment',
  incident: 'deployment',
  acknowledge: 'deployment',
  lock: 'project',
  unlock: 'everything',
  help: 'everything',
} as const satisfies Record<Request['kind'], 'project' | 'deployment' | 'everything'>

const NO_PROGRESS: ReadonlyMap<string, string> = new Map()

function isRunning({ status }: Deployment): boolean {
  return status === 'running'
}

/** What waits behind others, or for a lock, begins when somebody has done something. */
function isNext({ ahead = [], bar }: Pick<View, 'ahead' | 'bar'>): boolean {
  return ahead.length === 0 && bar === undefined
}

function refusal(reason: Problem, chat: Chat, { place }: Incoming): Answer {
  return { card: problemCard(reason, (command) => chat.spell(command, place)), audience: 'private' }
}

function bug(error: unknown, { log }: Pick<BotOptions, 'log'>): Problem {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log(message, 'error')
  return problem('request.bug', { message: message.split('\n')[0] ?? '' })
}

/** What people sent to the deployments that are open and to the last that ended. */
async function heardBefore(journal: Journal, open: readonly Deployment[]): Promise<readonly string[]> {
  const ended = await journal.history(LOOK_BACK)
  return [...ended.toReversed(), ...open].flatMap(({ deliveries = [] }) => deliveries)
}

function isRepeated(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return true
  seen.add(id)
  if (seen.size > REMEMBERED) seen.delete([...seen][0] ?? '')
  return false
}
