/** Calls of the Web API, each with its own time limit and never repeated on its own: what went wrong comes back as a value. */
import { webApi } from '@slack/bolt'
import type { Clock } from '../../src/ports/clock.ts'

/**
 * `refused`: Slack said no, and nothing was done. `limited`: not yet. `unknown`: no answer came, so it may have been done.
 */
export type Fault =
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'limited'; readonly waitMs: number }
  | { readonly kind: 'unknown'; readonly message: string }

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

/** Before Slack has said who this bot is, nothing that is read can be told to be its own. */
export const NAMELESS = { ok: false, fault: { kind: 'unknown', message: 'not even who this bot is' } } as const

export type Reply = Readonly<Record<string, unknown>>

export interface Calls {
  /** Arguments as Slack documents them for the method. */
  call(method: string, args: Readonly<Record<string, unknown>>): Promise<Outcome<Reply>>
  /** Answers a person through the address that came with what they sent: five times within half an hour. */
  respond(url: string, message: Readonly<Record<string, unknown>>): Promise<Outcome<Reply>>
  /** Sends the bytes of a file to the address that Slack gave for it. */
  upload(url: string, bytes: Uint8Array): Promise<Outcome<Reply>>
}

export interface CallOptions {
  readonly botToken: string
  /** Ends with a slash. */
  readonly apiUrl: string
  readonly timeoutMs: number
}

/** A 429 should say how long to wait; where it does not, this is short enough to notice and long enough to be polite. */
const UNSAID_WAIT_MS = 5_000
/** How often a wait is waited for, and for how long: a person waits for the answer. */
const PATIENCE = 3
const LONGEST_WAIT_MS = 60_000
/** Bytes take longer than words. */
const UPLOAD_TIMES = 6

/** What a client of Slack may never do here: wait without end, repeat what may have been done, hold one channel for another. */
export function clientOptions({ apiUrl, timeoutMs }: Omit<CallOptions, 'botToken'>) {
  return {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  }
}

export function createCalls(options: CallOptions): Calls {
  const { botToken, apiUrl, timeoutMs } = options
  const client = new webApi.WebClient(botToken, clientOptions(options))
  return {
    call: async (method, args) => {
      try {
        return { ok: true, value: { ...(await client.apiCall(method, args)) } }
      } catch (error) {
        return { ok: false, fault: faultOf(error) }
      }
    },
    respond: async (url, message) => {
      if (!isOfSlack(url, apiUrl)) return refused('the address for answers is not one of Slack')
      return posted(url, timeoutMs, JSON.stringify(message), { 'content-type': 'application/json; charset=utf-8' })
    },
    upload: (url, bytes) =>
      posted(url, timeoutMs * UPLOAD_TIMES, Buffer.from(bytes), { 'content-type': 'application/octet-stream' }),
  }
}

/** The same calls for what no channel's line waits for: where Slack asks to wait, they wait, and are made again. */
export function patient(calls: Calls, { sleep }: Pick<Clock, 'sleep'>, signal: AbortSignal): Calls {
  const patiently = async <T>(attempt: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    for (let left = PATIENCE; ; left -= 1) {
      const outcome = await attempt()
      if (outcome.ok || outcome.fault.kind !== 'limited' || left === 0 || signal.aborted) return outcome
      await sleep(Math.min(outcome.fault.waitMs, LONGEST_WAIT_MS), signal).catch(() => {})
    }
  }
  return {
    call: (...of) => patiently(() => calls.call(...of)),
    respond: (...of) => patiently(() => calls.respond(...of)),
    upload: (...of) => patiently(() => calls.upload(...of)),
  }
}

/** The same calls, where somebody is told what went wrong with each. */
export function watched(calls: Calls, told: (fault: Fault) => void): Calls {
  const call: Calls['call'] = async (...of) => {
    const outcome = await calls.call(...of)
    if (!outcome.ok) told(outcome.fault)
    return outcome
  }
  return { ...calls, call }
}

/** What a person, or the log, is told of a fault. */
export function spoken(fault: Fault): string {
  if (fault.kind === 'refused') return `Slack answered ${fault.error}`
  if (fault.kind === 'limited') return `Slack asks to wait ${Math.ceil(fault.waitMs / 1000)} s`
  return `no answer from Slack (${fault.message})`
}

/** Whether Slack said no with one of these errors. */
export function isRefused(fault: Fault, ...errors: readonly string[]): fault is Fault & { readonly kind: 'refused' } {
  return fault.kind === 'refused' && errors.includes(fault.error)
}

function refused(error: string): Outcome<never> {
  return { ok: false, fault: { kind: 'refused', error } }
}

export function faultOf(error: unknown): Fault {
  if (error instanceof webApi.WebAPIPlatformError) {
    const { error: code } = error.data
    return code === 'ratelimited' ? { kind: 'limited', waitMs: UNSAID_WAIT_MS } : { kind: 'refused', error: code }
  }
  if (error instanceof webApi.WebAPIRateLimitedError) return { kind: 'limited', waitMs: error.retryAfter * 1000 }
  if (error instanceof webApi.WebAPIHTTPError) return { kind: 'unknown', message: `status ${error.statusCode}` }
  const message = error instanceof Error ? error.message : String(error)
  if (message.startsWith('Retry header did not contain')) return { kind: 'limited', waitMs: UNSAID_WAIT_MS }
  return { kind: 'unknown', message }
}

/** A 200 may still carry a no. */
async function posted(
  url: string,
  timeoutMs: number,
  body: string | Buffer<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome<Reply>> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'error' })
    const text = (await answer.text()).slice(0, 1_000)
    if (answer.status === 429) return { ok: false, fault: { kind: 'limited', waitMs: waitOf(answer) } }
    if (answer.status >= 500) return { ok: false, fault: { kind: 'unknown', message: `status ${answer.status}` } }
    if (!answer.ok) return refused(`status ${answer.status}`)
    const error = /"ok"\s*:\s*false[\s\S]*?"error"\s*:\s*"([^"]*)"|"error"\s*:\s*"([^"]*)"/.exec(text)
    return error === null ? { ok: true, value: {} } : refused(error[1] ?? error[2] ?? 'not ok')
  } catch (error) {
    return { ok: false, fault: faultOf(error) }
  }
}

function waitOf(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after'))
  return seconds > 0 ? seconds * 1000 : UNSAID_WAIT_MS
}

/** Only Slack itself is sent what a person sees. */
function isOfSlack(url: string, apiUrl: string): boolean {
  const { host, protocol } = URL.canParse(url) ? new URL(url) : { host: '', protocol: '' }
  return (
    host === new URL(apiUrl).host ||
    (protocol === 'https:' && (host === 'hooks.slack.com' || host.endsWith('.slack.com')))
  )
}

const nothing = () => {}

/** The client tells what went wrong by its errors, and its own log would hold whole messages. */
export const SILENT = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => 'error' as webApi.LogLevel,
  setName: nothing,
}
