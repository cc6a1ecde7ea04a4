/** A release of the sandbox's product through the world of real servers: asked for in Slack, watched and approved in Discord. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { nextMove } from '../../sandbox/fault-play.ts'
import { type End, happen } from '../../sandbox/faults.ts'
import type { ComposeOptions } from '../../src/compose.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { replay } from '../../src/release/machine.ts'
import { BEN, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'
import { faultsOf } from '../faults/judge.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { shown as shownInDiscord } from '../stories/discord-scene.ts'
import { shown as shownInSlack } from '../stories/slack-scene.ts'
import { startBot, type TestBot } from '../stories/test-bot.ts'
import { GATE } from '../stories/titles.ts'
import { ANA_IN_SLACK, type Harbour, NEWS, realConfiguration } from './configuration.ts'
import { openRealWorld, type RealWorld } from './world.ts'

export interface Grounds {
  readonly real: RealWorld
  readonly folder: string
  readonly dataFolder: string
}

export interface Scene<T> extends Grounds {
  /** What the story brought besides, such as a link or a disk. */
  readonly prepared: T
}

export interface StageOptions<T> {
  /** Names of the servers; one of them without it. */
  readonly hosts?: readonly string[]
  /** Called before the bot starts. */
  readonly prepare?: (grounds: Grounds) => Promise<T>
  /** What the bot's own environment has besides. */
  readonly env?: (prepared: T) => Readonly<Record<string, string>>
  /** Has the last word on the project. */
  readonly change?: (harbour: Harbour, scene: Scene<T>) => unknown
  /** Called as a step begins, by its id or its name: `vps.deploy:pier 1` the first time, `fix.wait` each time. */
  readonly before?: Readonly<Record<string, (scene: Scene<T>) => unknown>>
}

export interface Stage<T> extends Scene<T> {
  readonly slack: SlackServer
  readonly discord: DiscordServer
  readonly bot: TestBot
  /** The world before anything was asked for. */
  readonly before: WorldState
  /** Ana types it in Slack; without words, that 3.1.3 is to be deployed. */
  asks(line?: string): Promise<void>
  /** The gate is shown in Discord, and nothing else runs. */
  asked(): Promise<void>
  /** Ben presses Approve in Discord, until it comes to what he waits for. */
  presses<A>(outcome: Promise<A>): Promise<A>
  /** Ben approves in Discord, as soon as he is asked. */
  approves(): Promise<void>
  /** The message in Slack that holds the words, as soon as there is one. */
  told(words: string): Promise<string>
  /** The card in Slack that says why it stopped. */
  stopped(): Promise<string>
  /**
   * Who is on call answers what else comes up, to the end, which is announced in Discord. What the independent checker finds
   * that does not fit to this end.
   */
  ends(end: End): Promise<readonly string[]>
}

/** How long somebody looks at a press of which nothing came. */
const PATIENCE_MS = 5_000
/** More moves than any of the stories takes. */
const MOST_MOVES = 20

/** For one test, after which everything is ended; the servers' logs are shown where it failed. */
export async function openStage<T = undefined>(options: StageOptions<T> = {}): Promise<Stage<T>> {
  const folder = await newFolder()
  const real = await openRealWorld(join(folder, 'world'), options.hosts)
  onTestFinished(real.close)
  const grounds: Grounds = { real, folder, dataFolder: join(folder, 'data') }
  const scene: Scene<T> = { ...grounds, prepared: (await options.prepare?.(grounds)) as T }
  const chats = await openChats()
  const bot = await startBot(real, {
    dataFolder: scene.dataFolder,
    chats: chats.both,
    change: (written) => {
      const configuration = realConfiguration(written, real, chats.discord.channelId)
      options.change?.(configuration.projects.harbour, scene)
      return configuration
    },
    wrap: { perform: happening(scene, options.before ?? {}) },
    ...(options.env && { env: options.env(scene.prepared) }),
  })
  onTestFinished(bot.stop)
  // What is registered last is called first: the servers still have their logs.
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    const thread = chats.slack.messages().map(wordsOf).join('\n\n')
    process.stderr.write(`${await real.logs()}== Slack\n${thread}\n`)
  })
  return { ...scene, ...chats, bot, ...play(bot, chats, await readWorld(real), real) }
}

type Chats = Awaited<ReturnType<typeof openChats>>

async function openChats() {
  const discord = await createDiscordServer()
  onTestFinished(discord.close)
  discord.state.channels.set(NEWS, { id: NEWS, name: 'news', archived: false })
  const slack = await createSlackServer(ANA_IN_SLACK)
  onTestFinished(slack.close)
  return { slack, discord, both: [(await attachSlack(slack, 'http')).slack, discordOn(discord).chat] }
}

function play(bot: TestBot, { slack, discord }: Chats, before: WorldState, real: RealWorld) {
  return {
    before,
    asks: async (line = '/deploy 3.1.3') => {
      const before = slack.messages().length
      while (!(await isHeard(slack, line, before)));
    },
    asked: async () => {
      await unlessStopped(bot, shownInDiscord(discord, GATE))
      await bot.bot.idle()
    },
    presses: <A>(outcome: Promise<A>) => pressesUntil(discord, outcome),
    approves: async () => {
      await unlessStopped(bot, shownInDiscord(discord, GATE))
      await pressesUntil(
        discord,
        shownInDiscord(discord, GATE, (text) => text.includes('Approved by Ben')),
      )
    },
    told: (words: string) =>
      slack.until(() =>
        slack
          .messages()
          .map(wordsOf)
          .findLast((text) => text.includes(words)),
      ),
    stopped: async () => wordsOf(await shownInSlack(slack, '3.1.3+001 stopped')),
    ends: async (end: End) => {
      const deployment = await playOn(bot)
      await discord.until(() => discord.messages().some(({ channel }) => channel === NEWS))
      const cards = Object.keys(deployment.messages)
      const locks = bot.journal.locks.read('harbour')
      return [...faultsOf(end, { deployment, before, after: await readWorld(real), locks, cards }), ...slack.refusals]
    },
  }
}

/** On a machine that is too busy to acknowledge, or to say who somebody is, who is told so types it again. */
async function isHeard(slack: SlackServer, line: string, before: number): Promise<boolean> {
  const told = slack.privately(ANA_IN_SLACK).length
  if (!(await slack.types(ANA_IN_SLACK, line)).acknowledged) return false
  const isUnknown = () =>
    slack
      .privately(ANA_IN_SLACK)
      .slice(told)
      .some((message) => wordsOf(message).includes('Slack did not say who you are'))
  await slack.until(() => slack.messages().length > before || isUnknown())
  return slack.messages().length > before
}

/** On a machine that is too busy to acknowledge, a press does not count, and who is told so presses again. */
async function pressesUntil<A>(discord: DiscordServer, outcome: Promise<A>): Promise<A> {
  return meanwhile(outcome, () => discord.presses(BEN, 'Approve'), 0)
}

/** Does something now and then, until it has come to what is waited for. */
async function meanwhile<A>(outcome: Promise<A>, work: () => unknown, firstAfter = PATIENCE_MS): Promise<A> {
  const isOut = outcome.then(() => true)
  for (let wait = firstAfter; !(await Promise.race([isOut, pause(wait, false, { ref: false })])); wait = PATIENCE_MS)
    await work()
  return outcome
}

/** A release that has stopped before never comes to it: the story ends there, with why. */
async function unlessStopped<A>(bot: TestBot, outcome: Promise<A>): Promise<A> {
  return meanwhile(outcome, async () => {
    const deployment = replay((await bot.journal.read(1)) ?? [])
    if (!('brokenAt' in deployment) && deployment.status === 'stopped')
      throw new Error(`it stopped: ${problemsOf(deployment).join('; ')}`)
  })
}

function problemsOf({ steps }: Deployment): readonly string[] {
  return Object.values(steps).flatMap(({ problem }) => (problem ? [problem.what, ...problem.details] : []))
}

/** What the one on call does, in the order of the workflow, until it has ended. */
async function playOn(bot: TestBot): Promise<Deployment> {
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    await bot.bot.idle()
    const deployment = await deploymentOf(bot)
    if (deployment.endedAt !== undefined) return deployment
    const move = nextMove(deployment)
    await bot.says(move.text)
  }
  return deploymentOf(bot)
}

async function deploymentOf({ journal }: TestBot): Promise<Deployment> {
  const deployment = replay((await journal.read(1)) ?? [])
  if ('brokenAt' in deployment) throw new Error(`event ${deployment.brokenAt} does not follow from the one before`)
  return deployment
}

type Around = NonNullable<NonNullable<ComposeOptions['wrap']>['perform']>

function happening<T>(scene: Scene<T>, happenings: NonNullable<StageOptions<T>['before']>) {
  const counts = new Map<string, number>()
  const around: Around = (perform) => async (performance) => {
    const { effect, deployment } = performance
    const { step } = effect
    const name = deployment.plan.find(({ id }) => id === step)?.name ?? step
    const count = (counts.get(step) ?? 0) + 1
    counts.set(step, count)
    await happen(happenings, scene, { step, name }, count)
    return perform(performance)
  }
  return around
}
