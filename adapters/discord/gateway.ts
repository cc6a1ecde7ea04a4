/**
 * The connection on which Discord delivers what people send. The client resumes by itself; where that goes wrong for longer,
 * a new client is made, with growing waits, and what was lost meanwhile is told.
 */
import type { APIInteraction, Client } from 'discord.js'
import type { Outage } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import type { RestSettings } from './rest.ts'

export interface GatewayOptions {
  readonly settings: RestSettings
  readonly clock: Clock
  /** Since when nobody has listened, where that is known at the start; ms since the epoch. */
  readonly lastAlive?: number
  interaction(interaction: APIInteraction): void
  threadLost(thread: string): void
  /** What the bot may do, or where, has changed. */
  mended(): void
  /** A time whose events will not come any more. */
  lost(outage: Outage): void
  /** Nothing more will ever come. */
  refused(reason: Problem): void
  /** Told each time that a client was given up; the next one is on its way. */
  unreachable(answer: string): void
  /** It listens again, after that was told. */
  reachable(): void
}

export interface Gateway {
  /** Resolves once it listens, or once it is clear that it cannot yet; then it goes on trying. */
  open(): Promise<void>
  close(): Promise<void>
}

/** Events after which a refused post may be taken: a permission, a channel or a thread was changed, or the bot was invited again. */
const MENDING = ['CHANNEL_UPDATE', 'GUILD_ROLE_UPDATE', 'GUILD_MEMBER_UPDATE', 'THREAD_UPDATE', 'GUILD_CREATE']
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** The client tries again twice a second, for ever; after so many failures a new one waits longer. */
const FAILURES = 5
/** A client that is just connecting does not always come to an end. */
const GOODBYE_MS = 1_000
/** Codes after which no other client would be let in: the token, the shards, the version or the intents are wrong. */
const FINAL = [4004, 4010, 4011, 4012, 4013, 4014]
const UNAUTHENTICATED = 4004

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, settings } = options
  const stopping = new AbortController()
  /** Since when nothing is heard; undefined while it listens, and where nobody knows. */
  let deafSince = options.lastAlive
  let client: Client | undefined

  const giveUp = (reason: Problem) => {
    options.refused(reason)
    stopping.abort()
  }

  /** One client's life; resolves when it is of no use any more. */
  const live = async (listening: () => void): Promise<string> => {
    const { Client, GatewayIntentBits } = await import('discord.js')
    const rest = { api: settings.apiUrl, version: settings.apiVersion, retries: 0 }
    const own = new Client({ intents: [GatewayIntentBits.Guilds], rest })
    client = own
    let failures = 0
    const over = Promise.withResolvers<string>()
    const end = () => over.resolve('told to end')
    stopping.signal.addEventListener('abort', end)
    own.on('error', (error) => over.resolve(error.message))
    own.on('shardReady', () => {
      failures = 0
      if (deafSince !== undefined) options.lost({ from: deafSince, to: clock.now() })
      deafSince = undefined
      listening()
    })
    own.on('shardResume', () => {
      failures = 0
      deafSince = undefined
    })
    own.on('shardReconnecting', () => {
      deafSince ??= clock.now()
      failures += 1
      if (failures > FAILURES) over.resolve('the connection is refused again and again')
    })
    own.on('shardDisconnect', ({ code }) => {
      deafSince ??= clock.now()
      if (FINAL.includes(code)) giveUp(refusalFor(code))
      over.resolve(`the connection was closed with code ${code}`)
    })
    for (const event of MENDING) own.ws.on(event as never, (() => options.mended()) as never)
    own.ws.on('THREAD_DELETE' as never, (({ id }: { id: string }) => options.threadLost(id)) as never)
    own.ws.on('INTERACTION_CREATE' as never, ((data: APIInteraction) => options.interaction(taken(data))) as never)
    try {
      // A login comes to no end while the connection is refused, so the end is waited for beside it.
      const begun = own.login(settings.token).then(() => over.promise)
      return await Promise.race([begun, over.promise])
    } finally {
      stopping.signal.removeEventListener('abort', end)
      await own.destroy().catch(() => {})
    }
  }

  const keepAlive = async (settled: () => void): Promise<void> => {
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      const listening = () => {
        if (wait > FIRST_WAIT_MS) options.reachable()
        wait = FIRST_WAIT_MS
        settled()
      }
      const answer = await live(listening).catch((error: unknown) => {
        if (isUnauthorized(error)) giveUp(problem('discord.token', { answer: '401, Unauthorized' }))
        return error instanceof Error ? error.message : String(error)
      })
      settled()
      if (stopping.signal.aborted) return
      options.unreachable(answer)
      await clock.sleep(wait, stopping.signal)
    }
  }

  return {
    open: () => new Promise((resolve) => void keepAlive(resolve)),
    close: async () => {
      stopping.abort()
      await Promise.race([client?.destroy().catch(() => {}), clock.sleep(GOODBYE_MS)])
    },
  }
}

/**
 * The client reads the same object after this one did, makes something of it that nobody here uses, and ends the process where
 * it does not know the shape: what is left to it is an interaction of no type, which it passes over.
 */
function taken(data: APIInteraction): APIInteraction {
  const own = { ...data }
  Object.assign(data, { type: 0, channel: undefined })
  return own
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'TokenInvalid'
}

function refusalFor(code: number): Problem {
  if (code === UNAUTHENTICATED) return problem('discord.token', { answer: `${code}, Authentication failed` })
  return problem('discord.refused', { code })
}
