/** Discord as a place where people talk: commands, buttons and threads, everything by the bot's own token. */
import type { Chat, Incoming, Outage } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { CommandForm } from '../../src/ports/command-form.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import { createGateway } from './gateway.ts'
import { createInteractions, type Interactions } from './interactions.ts'
import type { ReadFile } from './message.ts'
import { createPosts } from './posts.ts'
import { answered, spoken } from './refusals.ts'
import { register } from './registration.ts'
import { createAsk, type RestSettings } from './rest.ts'
import { createSpell } from './spelling.ts'

export interface DiscordOptions extends RestSettings {
  readonly applicationId: string
  readonly guildId: string
  readonly forms: readonly CommandForm[]
  readonly clock: Clock
  /** A word that only this bot's data has, so that it knows its own messages again. */
  readonly identity: string
  readonly readFile: ReadFile
  /** When a bot with this data was last there, ms since the epoch: what was pressed since then reached nobody. */
  readonly lastAlive?: number
  log(line: string): void
}

export interface Discord extends Chat {
  /** Resolves where Discord refuses the bot for good, with the reason. */
  readonly lost: Promise<Problem>
}

/** Five edits of a channel in five seconds are allowed; this leaves room for what must not wait. */
const EDITS = { busy: 2_000, quiet: 10_000 }
/** Presses that were lost one after the other are one outage. */
const GATHER_MS = 1_000
const REGISTER_AGAIN_MS = 60_000

export function createDiscord(options: DiscordOptions): Discord {
  const { clock, log } = options
  const lost = Promise.withResolvers<Problem>()
  const ask = createAsk(options, clock, (error) => lost.resolve(problem('discord.token', { answer: answered(error) })))
  const buttons = createButtonBook()
  const spell = createSpell(options.forms)
  const stopping = new AbortController()
  const posts = createPosts({ ...options, ask, buttons, ending: stopping.signal })
  let close = async () => {}
  let interactions: Interactions | undefined

  /** Until they are, also where somebody has to invite the bot first; each reason is told once. */
  const registered = async () => {
    for (let told = ''; !stopping.signal.aborted; await clock.sleep(REGISTER_AGAIN_MS, stopping.signal)) {
      const refused = await register({ ...options, ask }).catch(unreachable)
      if (refused === undefined) return
      if (refused !== told) log(refused)
      told = refused
    }
  }

  const start: Chat['start'] = async (handle, missed = () => {}, suggest = async () => [], mended = () => {}) => {
    const unheard = gathered(clock, missed)
    const own = createInteractions({ ...options, ask, buttons, posts, spell, handle, suggest, unheard })
    interactions = own
    const gateway = createGateway({
      settings: options,
      clock,
      ...(options.lastAlive !== undefined && { lastAlive: options.lastAlive }),
      interaction: (interaction) => void own.take(interaction).catch(unexpected(log)),
      threadLost: (thread) => void posts.threadLost(thread).catch(unexpected(log)),
      mended,
      lost: missed,
      refused: lost.resolve,
      unreachable: (answer) => log(unreachable(answer)),
      reachable: () => log('Discord: connected again'),
    })
    close = gateway.close
    void registered()
    await gateway.open()
  }

  return {
    platform: 'discord',
    lost: lost.promise,
    abilities: { threads: true, moments: true, edits: EDITS },
    spell,
    post: posts.post,
    update: posts.update,
    answer: async (incoming: Incoming, card, audience) => interactions?.answer(incoming, card, audience),
    start,
    stop: async () => {
      stopping.abort()
      await close()
    },
  }
}

function unreachable(error: unknown): string {
  return spoken(problem('discord.unreachable', { answer: answered(error) }))
}

/** Tells presses that were lost within a second as one outage, from the first of them until now. */
function gathered(clock: Clock, missed: (outage: Outage) => void): (at: number) => void {
  let from: number | undefined
  return (at) => {
    const isFirst = from === undefined
    from = Math.min(from ?? at, at)
    if (!isFirst) return
    clock.at(clock.now() + GATHER_MS, () => {
      missed({ from: from ?? at, to: clock.now() })
      from = undefined
    })
  }
}

function unexpected(log: DiscordOptions['log']): (error: unknown) => void {
  return (error) => log(`Discord: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}
