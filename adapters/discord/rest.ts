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
  /** The most that all attempts may take together, ms; where nobody waits for it, a minute or so. */
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
/** All attempts of an ordinary call together, in those of one: with the waits in between, and behind other calls. */
const ATTEMPTS_LONG = 8
/** What is asked for within a short time has room for a second attempt. */
const SHARE = 0.45
const UNAUTHORIZED = 401

/**
 * Node's own fetch. The client would ask through whatever undici is the global one of the process: where Bolt is loaded before
 * anything uses Node's own, that is another version, which takes no message with files.
 */
const makeRequest = fetch as unknown as RESTOptions['makeRequest']

/**
 * Loads discord.js at the first call. Its own retries are off: they know no back-off and repeat a lost POST at once. It also
 * drops its token at the first 401, so the token is given anew each time: one 401 may pass, a second one for the same call is
 * told to `tokenRefused`.
 */
export function createAsk(settings: RestSettings, clock: Clock, tokenRefused = (_: unknown): void => {}): Ask {
  const { apiUrl, apiVersion, token, attemptMs = ATTEMPT_MS } = settings
  let loaded: Promise<REST> | undefined
  const load = async () => {
    const { REST } = await import('discord.js')
    const bounds = { retries: 0, timeout: attemptMs, rejectOnRateLimit: unlessBelow(attemptMs) }
    return new REST({ api: apiUrl, version: apiVersion, makeRequest, ...bounds })
  }
  return async (call) => {
    loaded ??= load()
    const rest = await loaded
    const ends = clock.now() + (call.within ?? ATTEMPTS_LONG * attemptMs)
    for (let attempt = 1, isDoubted = false; ; attempt += 1) {
      try {
        const most = call.within === undefined ? ends - clock.now() : call.within * SHARE
        return await once(rest.setToken(token), call, most)
      } catch (error) {
        const refusal = refusalOf(error)
        const isUnauthorized = call.open !== true && refusal?.status === UNAUTHORIZED
        if (isUnauthorized && isDoubted) tokenRefused(error)
        const mayPass = refusal === undefined || (isUnauthorized && !isDoubted)
        const backOff = (call.within === undefined ? FIRST_WAIT_MS : SHORT_WAIT_MS) * 2 ** (attempt - 1)
        const wait = Math.max(backOff, namedWait(error))
        if (!mayPass || attempt === ATTEMPTS || clock.now() + wait >= ends) throw error
        isDoubted ||= isUnauthorized
        await clock.sleep(wait)
      }
    }
  }
}

/** A longer wait would be sat out inside the client, where it holds up every call of the same kind. */
function unlessBelow(most: number): RESTOptions['rejectOnRateLimit'] {
  return ({ retryAfter }) => {
    if (retryAfter <= most) return false
    const seconds = Math.ceil(retryAfter / 1000)
    throw Object.assign(new Error(`Discord takes this again in ${seconds} s (429)`), { waitMs: retryAfter })
  }
}

function namedWait(error: unknown): number {
  return error instanceof Error && 'waitMs' in error ? Number(error.waitMs) : 0
}

/** The client sits out short 429s by itself, and its signal does not reach that wait, so the time is kept here as well. */
async function once(rest: REST, { method, path, body, files, query, open }: Call, most: number): Promise<unknown> {
  const signal = AbortSignal.timeout(Math.max(0, Math.round(most)))
  const asked = rest.request({
    method: method as never,
    fullRoute: path,
    ...(body !== undefined && { body }),
    ...(files !== undefined && { files: files.map(({ name, data }) => ({ name, data })) }),
    ...(query !== undefined && { query: new URLSearchParams(query) }),
    ...(open && { auth: false }),
    signal,
  })
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
  noTextChannel: 50008,
  missingPermissions: 50013,
  noThreadHere: 50024,
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
