/** The real adapter, with the real Bolt client, on a small Slack of our own: over HTTP or over the socket. */
import { createSlack, type Slack, type SlackOptions } from '../../adapters/slack/slack.ts'
import { createClock } from '../../src/tools/clock.ts'
import { readFileEnd } from '../../src/tools/file-end.ts'
import { leave } from '../canary/leave.ts'
import { freePort } from '../free-port.ts'
import type { SlackServer } from './server.ts'
import { APP } from './state.ts'

export type WayName = 'http' | 'socket'

export interface Attached {
  readonly slack: Slack
  readonly port: number
  /** What the adapter logged. */
  readonly log: readonly string[]
}

/** An adapter for the server, not yet started; the server knows how to reach it. */
export async function attachSlack(
  server: SlackServer,
  way: WayName,
  more: Partial<SlackOptions> = {},
): Promise<Attached> {
  const port = await freePort()
  const log: string[] = []
  const slack = createSlack({
    botToken: APP.botToken,
    apiUrl: server.apiUrl,
    timeoutMs: 5_000,
    way:
      way === 'http'
        ? { kind: 'http', signingSecret: APP.signingSecret, port }
        : { kind: 'socket', appToken: APP.appToken, port },
    identity: 'own',
    groups: [...server.state.groups.keys()],
    clock: createClock(),
    readFile: readFileEnd,
    log: (line) => {
      leave('log', line)
      log.push(line)
    },
    ...more,
  })
  server.way = way === 'http' ? { url: `http://127.0.0.1:${port}/slack/events` } : 'socket'
  return { slack, port, log }
}

/** A clock on which no wait takes time: only what is waited for counts. */
export function hastyClock(): { now(): number; sleep(ms: number): Promise<void>; readonly slept: readonly number[] } {
  let ahead = 0
  const slept: number[] = []
  return {
    slept,
    now: () => Date.now() + ahead,
    sleep: async (ms) => {
      slept.push(ms)
      ahead += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A clock that runs so many times faster, waits and all. */
export function briskClock(times: number): { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> } {
  const begun = Date.now()
  const { sleep } = createClock()
  return {
    now: () => begun + (Date.now() - begun) * times,
    sleep: (ms, signal) => sleep(ms / times, signal),
  }
}
