/**
 * The connection on which Discord delivers what people send. The client resumes by itself; where that goes wrong for longer,
 * a new client is made, with growing waits, and what was lost meanwhile is told.
 */
import type { APIInteraction, Client } from 'discord.js'
import type { Outage } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { RestSettings } from './rest.ts'

export interface GatewayOptions {
  readonly settings: RestSettings
  readonly clock: Clock
  /** Since when nobody has listened, where that is known at the start; ms since the epoch. */
  readonly lastAlive?: number
  interaction(interaction: APIInteraction): void
  threadLost(thread: string): void
  /** A time whose events will not come any more. */
  lost(outage: Outage): void
  /** Nothing more will ever come: the token is not accepted, or what it asks for is not. */
  refused(answer: string): void
  log(line: string): void
}

export interface Gateway {
  /** Resolves once it listens, or once it is clear that it cannot yet; then it goes on trying. */
  open(): Promise<void>
  close(): Promise<void>
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** The client tries again twice a second, for ever; after so many failures a new one waits longer. */
const FAILURES = 5
/** A client that is just connecting does not always come to an end. */
const GOODBYE_MS = 1_000
const UNAUTHENTICATED = 4004

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, settings } = options
  const stopping = new AbortController()
  /** Since when nothing is heard; undefined while it listens, and where nobody knows. */
  let deafSince = options.lastAlive
  let client: Client | undefined

  /** One client's life; resolves when it is of no use any more. */
  const live = async (listening: () => void): Promise<void> => {
    const { Client, GatewayIntentBits } = await import('discord.js')
    const rest = { api: settings.apiUrl, version: settings.apiVersion, retries: 0 }
    const own = new Client({ intents: [GatewayIntentBits.Guilds], rest })
    client = own
    let failures = 0
    const over = Promise.withResolvers<void>()
    stopping.signal.addEventListener('abort', () => over.resolve())
    own.on('error', (error) => options.log(`discord: ${error.message}`))
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
      if (failures > FAILURES) over.resolve()
    })
    own.on('shardDisconnect', ({ code }) => {
      deafSince ??= clock.now()
      const isToken = code === UNAUTHENTICATED
      if (!stopping.signal.aborted) options.refused(isToken ? `${code}, Authentication failed` : `gateway code ${code}`)
      over.resolve()
    })
    own.ws.on('THREAD_DELETE' as never, (({ id }: { id: string }) => options.threadLost(id)) as never)
    own.ws.on('INTERACTION_CREATE' as never, ((data: APIInteraction) => options.interaction(data)) as never)
    try {
      await own.login(settings.token)
      await over.promise
    } finally {
      await own.destroy().catch(() => {})
    }
  }

  const isRefused = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'TokenInvalid'

  const keepAlive = async (settled: () => void): Promise<void> => {
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        await live(() => {
          wait = FIRST_WAIT_MS
          settled()
        })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (isRefused(error)) options.refused('401, Unauthorized')
        else options.log(`discord: ${reason}`)
      }
      settled()
      if (!stopping.signal.aborted) await clock.sleep(wait, stopping.signal)
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
