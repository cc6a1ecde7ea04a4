/**
 * Calls to Discord's REST interface: each bounded in time, and repeated with back-off where the connection was closed or the
 * server failed. Every call made here may be repeated: by its nature, by a nonce, or by an answer that says it was done.
 */
import type { REST, RESTOptions } from 'discord.js'
import type { Clock } from '../../src/ports/clock.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the version, such as `/channels/1/messages`. */
  readonly path: `/${string}`
  readonly body?: unknown
  readonly files?: readonly { readonly name: string; readonly data: string | Uint8Array }[]
  readonly query?: Readonly<Record<string, string>>
  /** The path carries a token of its own. */
  readonly open?: boolean
  /** The most that all attempts may take together, ms. */
  readonly within?: number
}

export type Ask = (call: Call) => Promise<unknown>

/** A refusal by Discord, with its own code; everything else that is thrown is a fault of the way. */
export interface Refused {
  readonly code: number
  readonly status: number
  readonly message: string
}

export interface RestSettings {
  readonly token: string
  readonly apiUrl: string
  readonly apiVersion: string
  /** The most that one attempt of an ordinary call may take, ms. */
  readonly attemptMs?: number
}

const ATTEMPTS = 4
const FIRST_WAIT_MS = 250
/** Where somebody waits for it. */
const SHORT_WAIT_MS = 100
/** One attempt of an ordinary call. The client's own 15 s, three times over, would hold a thread up for a minute. */
const ATTEMPT_MS = 8_000
/** What is asked for within a short time has room for a second attempt. */
const SHARE = 0.45

/**
 * Node's own fetch. The client would ask through whatever undici is the global one of the process: where Bolt is loaded before
 * anything uses Node's own, that is another version, which takes no message with files.
 */
const makeRequest = fetch as unknown as RESTOptions['makeRequest']

/** Loads discord.js at the first call. Its own retries are off: they know no back-off and repeat a lost POST at once. */
export function createAsk(settings: RestSettings, clock: Clock): Ask {
  let loaded: Promise<REST> | undefined
  const load = async () => {
    const { REST } = await import('discord.js')
    const { apiUrl, apiVersion, token, attemptMs = ATTEMPT_MS } = settings
    const options = { api: apiUrl, version: apiVersion, retries: 0, timeout: attemptMs, makeRequest }
    return new REST(options).setToken(token)
  }
  return async (call) => {
    loaded ??= load()
    const rest = await loaded
    const ends = call.within === undefined ? Number.POSITIVE_INFINITY : clock.now() + call.within
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(rest, call)
      } catch (error) {
        const wait = (call.within === undefined ? FIRST_WAIT_MS : SHORT_WAIT_MS) * 2 ** (attempt - 1)
        const isLast = attempt === ATTEMPTS || clock.now() + wait >= ends
        if (refusalOf(error) !== undefined || isLast) throw error
        await clock.sleep(wait)
      }
    }
  }
}

/** The client waits out every 429 by itself and its signal does not reach that wait, so the time is kept here as well. */
async function once(rest: REST, { method, path, body, files, query, open, within }: Call): Promise<unknown> {
  const most = within === undefined ? undefined : within * SHARE
  const signal = most === undefined ? undefined : AbortSignal.timeout(most)
  const asked = rest.request({
    method: method as never,
    fullRoute: path,
    ...(body !== undefined && { body }),
    ...(files !== undefined && { files: files.map(({ name, data }) => ({ name, data })) }),
    ...(query !== undefined && { query: new URLSearchParams(query) }),
    ...(open && { auth: false }),
    ...(signal && { signal }),
  })
  if (signal === undefined) return asked
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${most} ms`)))
  })
  return Promise.race([asked, late])
}

/** What Discord itself said no with; undefined for a closed connection, a server's failure or a time that ran out. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof Error && error.cause !== undefined) return refusalOf(error.cause)
  if (typeof error !== 'object' || error === null || !('status' in error) || !('message' in error)) return undefined
  const { status, message } = error
  if (typeof status !== 'number' || status >= 500) return undefined
  const code = 'code' in error && typeof error.code === 'number' ? error.code : 0
  return { code, status, message: String(message) }
}

/** Codes that a bot has to expect, by what they mean. */
export const CODES = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownInteraction: 10062,
  explicitContent: 20009,
  tooLarge: 40005,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  emptyMessage: 50006,
  missingPermissions: 50013,
  invalidForm: 50035,
  archived: 50083,
  threadExists: 160004,
  threadLocked: 160005,
  blockedByFilter: 200000,
  harmfulLink: 240000,
} as const

export function hasCode(error: unknown, ...names: readonly (keyof typeof CODES)[]): boolean {
  const code = refusalOf(error)?.code
  return names.some((name) => CODES[name] === code)
}
