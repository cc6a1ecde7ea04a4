/** Waiting in the world of real servers: for a condition, until a deadline, and never without saying what did not come. */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const PAUSE_MS = 20

export interface Wait {
  /** What is waited for, as a person would say it. */
  readonly what: string
  readonly withinMs?: number
  /** Why it did not come, as far as that is known: what a server logged. */
  readonly why?: () => Promise<string>
}

/** Looks again and again; what it found as soon as that is something. */
export async function until<T>(look: () => Promise<T | undefined | false>, wait: Wait): Promise<T> {
  const { what, withinMs = 20_000, why } = wait
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(PAUSE_MS)) {
    const found = await look()
    if (found !== undefined && found !== false) return found
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s\n${(await why?.()) ?? ''}`)
}

/** Whether somebody takes connections there: a port and its host, or a socket's path. */
export function takesConnections(where: { readonly host: string; readonly port: number } | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof where === 'string' ? connect(where) : connect(where)
    socket.on('error', () => resolve(false)).on('connect', () => resolve(true))
    socket.on('connect', () => socket.destroy())
  })
}
