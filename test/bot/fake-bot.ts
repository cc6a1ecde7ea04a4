/** The real bot on a disk, a chat and a clock in memory, with runners that end when the test says so. It can be killed and started again. */
import type { Command } from '../../commands/command.ts'
import { helpCard } from '../../commands/help-card.ts'
import { parseCommand } from '../../commands/parse.ts'
import { COMMANDS } from '../../commands/table.ts'
import type { Work } from '../../src/bot/live.ts'
import { type Bot, createBot } from '../../src/bot.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Journal, Summary } from '../../src/ports/journal.ts'
import { createQueue } from '../../src/queue/queue.ts'
import type { Actor } from '../../src/release/actor.ts'
import type { Card } from '../../src/release/card.ts'
import type { Deployment, Outcome, Place } from '../../src/release/deployment.ts'
import type { Event, NewEvent } from '../../src/release/event.ts'
import type { LockBook } from '../../src/release/lock.ts'
import { replay } from '../../src/release/machine.ts'
import { problem } from '../../src/release/problems.ts'
import type { Project } from '../../src/release/project.ts'
import { cardsFor } from '../../src/release/report.ts'
import { compareReleases, parseRelease, releaseOf } from '../../src/release/version.ts'
import { wideTextOf } from '../card-text.ts'
import { ANA, project } from '../release/sample.ts'
import { memoryJournal } from './memory-journal.ts'

/** Without AUR, servers and a public package nothing asks: it is released when all its steps have ended well. */
const { aur: _, vps: __, ...rest } = project
const { publish: ___, ...build } = project.build
export const plain: Project = { ...rest, build }

export interface FakeBot {
  /** Sends a line; the text of what answers it. Without an id it is a delivery of its own. */
  says(text: string, more?: Partial<Omit<Incoming, 'text' | 'digest'>>): Promise<string>
  /** Presses the button of a post whose command begins so. */
  presses(key: string, command: string, actor: Actor): Promise<string>
  /** Every deployment there is, as its journal tells it. */
  deployments(): readonly Deployment[]
  /** Steps that run now, as `42 build.target:linux`. */
  running(): readonly string[]
  /** Lets one of the running steps end; false where none runs. */
  settle(pick?: number, isOk?: boolean): Promise<boolean>
  /** Lets everything end well until nothing runs. */
  finish(): Promise<void>
  /** The text of a post as it stands now; empty where there is none. */
  post(key: string): string
  posts(): readonly string[]
  /** As SIGKILL: what is not written is gone, and nothing is written any more. Then it starts again, so many ms later. */
  restart(downMs?: number, under?: readonly Project[]): Promise<void>
  /** Moves the clock and wakes what waited for it. */
  passes(ms: number): Promise<void>
  readonly bot: () => Bot
  now(): number
}

interface Options {
  readonly projects?: readonly Project[]
  /** ms since the epoch at which the clock begins. */
  readonly at?: number
  /** Steps do not end when they are cancelled. */
  readonly deaf?: boolean
  /** How many builds run at the same time. */
  readonly cores?: number
  /** In place of what the journal in memory does. */
  readonly journal?: Partial<Journal>
  /** How long it takes to look up what is released: told of what the journal held before. */
  looks?(): Promise<unknown>
}

/** Starts it. */
export async function fakeBot({
  projects = [plain],
  at = Date.parse('2026-03-02T12:00:00Z'),
  deaf = false,
  cores = 64,
  journal = {},
  looks = async () => {},
}: Options = {}): Promise<FakeBot> {
  const documents = new Map<number, readonly Event[]>()
  const summaries = new Map<number, Summary>()
  const books = new Map<string, LockBook>()
  const posts = new Map<string, Card>()
  const answers = new Map<string, Card>()
  const time = fakeTime(at)
  let configured = projects
  let life = newLife()
  let count = 0

  const begin = async (lastAlive?: number) => {
    life = newLife()
    const bot = createBot({
      ...parts(configured, time, { cores, looks }),
      lastAlive,
      chats: [memoryChat(posts, answers, life)],
      journal: mortal({ ...memoryJournal(documents, summaries, books), ...journal }, life),
      perform: performer(life, time, deaf),
      cards: (deployment, lines, { missed, ...line }) =>
        cardsFor(deployment, time.now(), { lines, ...line, missed: missed?.get(deployment.place.platform) ?? [] }),
    })
    await bot.start()
    await settled()
    return bot
  }

  let bot = await begin()
  const hear = async (incoming: Incoming): Promise<string> => {
    await Promise.race([bot.handle(incoming), life.end.promise])
    await settled()
    const card = answers.get(incoming.id)
    return card === undefined ? '' : wideTextOf(card)
  }
  const says: FakeBot['says'] = (text, more) => {
    count += 1
    return hear({ id: `message-${count}`, actor: ANA, place: HERE, text, ...more })
  }
  const settle: FakeBot['settle'] = async (pick = 0, isOk = true) => {
    const [one] = life.pending.splice(pick % Math.max(1, life.pending.length), 1)
    one?.end(isOk ? DONE : BROKEN)
    await settled()
    return one !== undefined
  }
  return {
    says,
    presses: async (key, command, actor) => {
      const button = posts.get(key)?.buttons.find((each) => each.command.startsWith(command))
      if (button === undefined) throw new Error(`${key} has no button for ${command}`)
      count += 1
      const digest = button.gate && { digest: button.gate.digest }
      return hear({ id: `message-${count}`, actor, place: HERE, text: button.command, ...digest })
    },
    deployments: () => [...documents.values()].map(replayed).sort((a, b) => a.number - b.number),
    running: () => life.pending.map(({ name }) => name),
    settle,
    finish: async () => {
      for (let more = true; more; ) more = await settle()
    },
    post: (key) => {
      const card = posts.get(key)
      return card === undefined ? '' : wideTextOf(card)
    },
    posts: () => [...posts.keys()],
    restart: async (downMs = 0, under = configured) => {
      configured = under
      life.dead = true
      life.end.resolve()
      void bot.stop()
      time.forget()
      const lastAlive = time.now()
      time.pass(downMs)
      bot = await begin(lastAlive)
    },
    passes: async (ms) => {
      time.pass(ms)
      await settled()
    },
    bot: () => bot,
    now: time.now,
  }
}

const HERE: Place = { platform: 'terminal', channel: 'here' }

interface Pending {
  readonly name: string
  end(outcome: Outcome): void
}

interface Life {
  dead: boolean
  readonly end: PromiseWithResolvers<void>
  /** Steps that run. */
  readonly pending: Pending[]
}

function newLife(): Life {
  return { dead: false, end: Promise.withResolvers<void>(), pending: [] }
}

const DONE: Outcome = { ok: true, evidence: {} }
const BROKEN: Outcome = { ok: false, problem: problem('step.bug', { step: 'x', message: 'it broke', number: 0 }) }

function parts(
  projects: readonly Project[],
  clock: ReturnType<typeof fakeTime>,
  { cores, looks }: Required<Pick<Options, 'cores' | 'looks'>>,
) {
  const places = (lane: string) => (lane.startsWith('project:') ? 1 : lane === 'builds' ? cores : 64)
  return {
    projects,
    clock,
    queue: createQueue({ places }),
    help: helpCard,
    commands: {
      parse: parseCommand,
      rowFor: ({ kind }: { readonly kind: keyof typeof COMMANDS }) => COMMANDS[kind],
      answer: (request, incoming, desk) => (COMMANDS[request.kind] as Command).answer(request, incoming, desk),
    } as Parameters<typeof createBot>[0]['commands'],
    world: {
      released: async (_: Project, history: readonly Summary[]) => {
        await looks()
        const complete = history.filter(({ status }) => status === 'complete')
        const read = complete.map(({ version }) => parseRelease(version, { withBuild: true }))
        const [highest] = read.filter((each) => 'version' in each).sort((a, b) => compareReleases(b, a))
        return { release: highest ?? releaseOf('3.1.2', '001'), sources: ['the journal'] }
      },
      dryRun: unasked,
      verify: unasked,
      logFile: async () => undefined,
      incident: async () => undefined,
      certificate: unasked,
      diagnose: () => Promise.reject(new Error('nobody diagnoses here')),
      ambiguousTemplates: () => [],
    },
    log: () => {},
  }
}

async function unasked(): Promise<never> {
  throw new Error('nobody asks this of a world in memory')
}

/** Runs nothing: a step ends when the test says so, and one that is cancelled ends by itself. */
function performer(life: Life, clock: ReturnType<typeof fakeTime>, deaf: boolean) {
  return ({ effect, deployment, signal }: Work) =>
    new Promise<NewEvent>((resolve) => {
      const { step, attempt } = effect
      const end = (outcome: Outcome) => resolve({ type: 'settled', step, attempt, outcome, at: clock.now() })
      const pending = { name: `${deployment.number} ${step}`, end }
      life.pending.push(pending)
      if (deaf) return
      const cancelled = () => {
        if (life.pending.includes(pending)) life.pending.splice(life.pending.indexOf(pending), 1)
        end(BROKEN)
      }
      if (signal.aborted) cancelled()
      signal.addEventListener('abort', cancelled)
    })
}

/** A killed process writes nothing more, and nobody hears from it again. */
function mortal(journal: Journal, life: Life): Journal {
  const alive =
    <A extends readonly unknown[], R>(write: (...given: A) => Promise<R>) =>
    (...given: A): Promise<R> =>
      life.dead ? new Promise(() => {}) : write(...given)
  return {
    ...journal,
    nextNumber: alive(journal.nextNumber),
    append: alive(journal.append),
    close: alive(journal.close),
    locks: { read: journal.locks.read, change: alive(journal.locks.change) },
  }
}

function memoryChat(posts: Map<string, Card>, answers: Map<string, Card>, life: Life): Chat {
  const never = () => new Promise<never>(() => {})
  return {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    start: async () => {},
    stop: async () => {},
    post: async ({ platform, channel }, card, key) => {
      if (life.dead) return never()
      posts.set(key, card)
      return { platform, channel, id: key }
    },
    update: async ({ id }, card) => void (life.dead || posts.set(id, card)),
    answer: async ({ id }, card) => void (life.dead || answers.set(id, card)),
  }
}

function fakeTime(start: number) {
  let now = start
  let alarms: { readonly at: number; readonly call: () => void }[] = []
  return {
    now: () => now,
    sleep: async () => {},
    at: (at: number, call: () => void) => {
      const alarm = { at, call }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((each) => each !== alarm)
      }
    },
    pass: (ms: number) => {
      now += ms
      const due = alarms.filter(({ at }) => at <= now)
      alarms = alarms.filter(({ at }) => at > now)
      for (const { call } of due) call()
    },
    forget: () => {
      alarms = []
    },
  }
}

/** Everything that can go on without time or a step's end has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

function replayed(events: readonly Event[]): Deployment {
  const deployment = replay(events)
  if ('brokenAt' in deployment) throw new Error(`event ${deployment.brokenAt} does not follow from the one before it`)
  return deployment
}
