/** Keeps the socket of Socket Mode open: back by itself after every loss, and given up only where Slack refuses the token. */
import type { SocketModeReceiver } from '@slack/bolt'
import type { Outage } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { faultOf, spoken } from './calls.ts'

type SocketModeClient = SocketModeReceiver['client']

export interface ConnectionOptions {
  readonly client: SocketModeClient
  /** Opens the first connection. */
  start(): Promise<unknown>
  /** When a process before this one was last connected. */
  readonly since?: number
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly signal: AbortSignal
  /** Presses in this time were lost. */
  missed(outage: Outage): void
  /** Slack refuses the token: there is nothing to wait for. */
  refused(error: string): void
  log(line: string): void
}

/** What is said of a token, whatever it was used for. */
export const REVOKED = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'user_removed_from_team',
]

/** What waiting does not mend. https://docs.slack.dev/reference/methods/apps.connections.open */
export const FINAL = [
  ...REVOKED,
  'missing_scope',
  'not_allowed_token_type',
  'no_permission',
  'forbidden_team',
  'team_access_not_granted',
]

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** A connection that was opened says hello at once. */
const HELLO_MS = 15_000
/** A dead connection is noticed by the third ping; before that nobody knows what it swallowed. */
const UNNOTICED_MS = 15_000
/** Between two connections that follow each other at once nobody presses. */
const SHORT_MS = 2_000

/** Resolves when the first connection stands, or the first attempt has failed; goes on until the signal fires. */
export async function keepConnected(options: ConnectionOptions): Promise<{ connected(): boolean }> {
  const { client, clock, signal, log } = options
  let standing = false
  let heardAt = clock.now()
  let lostAt = options.since
  /** The log's last word is that there is no connection. */
  let toldLost = false
  const first = Promise.withResolvers<void>()
  const heard = () => {
    heardAt = clock.now()
  }
  client.on('ws_message', heard)

  const stood = () => {
    standing = true
    if (toldLost) log('Slack: connected again')
    toldLost = false
    if (lostAt !== undefined && clock.now() - lostAt >= SHORT_MS) options.missed({ from: lostAt, to: clock.now() })
    lostAt = undefined
    heard()
    first.resolve()
  }

  const tellLost = (line: string) => {
    log(`Slack: ${line}`)
    toldLost = true
  }

  const lost = () => {
    tellLost('the connection is lost; connecting again')
    standing = false
    lostAt ??= Math.max(heardAt, clock.now() - UNNOTICED_MS)
  }

  const run = async () => {
    for (let wait = FIRST_WAIT_MS, again = false; !signal.aborted; again = true) {
      const end = Promise.withResolvers<void>()
      client.once('disconnected', end.resolve)
      const fault = await open(again ? () => client.start() : options.start, options)
      if (fault === undefined) {
        stood()
        wait = FIRST_WAIT_MS
        await end.promise
        lost()
        continue
      }
      client.off('disconnected', end.resolve)
      lostAt ??= clock.now()
      first.resolve()
      if (fault.kind === 'refused' && FINAL.includes(fault.error)) return options.refused(fault.error)
      tellLost(`${spoken(fault)}; connecting again in ${Math.ceil(wait / 1000)} s`)
      await clock.sleep(wait, signal).catch(() => {})
      wait = Math.min(LONGEST_WAIT_MS, wait * 2)
    }
  }

  void run()
  await first.promise
  return { connected: () => standing }
}

/** The fault that kept the connection from standing; undefined when it stands. */
async function open(start: () => Promise<unknown>, { client, clock, signal }: ConnectionOptions) {
  const waiting = new AbortController()
  const late = clock
    .sleep(HELLO_MS, AbortSignal.any([waiting.signal, signal]))
    .then(() => Promise.reject(new Error('no hello came')))
  late.catch(() => {})
  try {
    await Promise.race([start(), late])
    return undefined
  } catch (error) {
    client.disconnect().catch(() => {})
    return faultOf(error ?? new Error('the connection was refused'))
  } finally {
    waiting.abort()
  }
}
