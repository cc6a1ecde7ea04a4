/** Socket Mode as Slack speaks it: a hello, envelopes with acknowledgements, and every way in which a connection ends. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Socket {
  /** Hands an envelope to the app; what it was acknowledged with, or undefined where it was not within the time. */
  deliver(type: string, payload: unknown, withinMs?: number): Promise<{ readonly payload?: unknown } | undefined>
  /** Sends words that are no envelope. */
  babble(text: string): void
  connected(): boolean
  /** Resolves when the app is connected. */
  ready(): Promise<void>
  /** `disconnect`: as Slack announces it. `kill`: without a word. `freeze`: the connection stays and nothing comes any more. */
  end(how: 'disconnect' | 'kill' | 'freeze'): void
  /** The next so many connections are refused. */
  refuse(times: number): void
  close(): Promise<void>
}

const PATH = '/link'

export function createSocket(server: Server): Socket {
  const sockets = new WebSocketServer({ noServer: true })
  const waiting = new Map<string, (acknowledged: { readonly payload?: unknown }) => void>()
  const comers = new Set<() => void>()
  let current: WebSocket | undefined
  let refusals = 0
  let count = 0

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!request.url?.startsWith(PATH) || refusals > 0) {
      refusals -= 1
      stream.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      current = socket
      socket.on('message', (data) => acknowledged(String(data)))
      socket.on('error', () => {})
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }))
      for (const comer of comers) comer()
      comers.clear()
    })
  })

  const acknowledged = (text: string) => {
    const { envelope_id: id, payload } = JSON.parse(text)
    waiting.get(String(id))?.({ payload })
    waiting.delete(String(id))
  }

  const isOpen = () => current?.readyState === 1

  return {
    connected: isOpen,
    ready: () => (isOpen() ? Promise.resolve() : new Promise((resolve) => comers.add(resolve))),
    refuse: (times) => {
      refusals = times
    },
    deliver: (type, payload, withinMs = 3_000) => {
      if (current === undefined || !isOpen()) return Promise.resolve(undefined)
      count += 1
      const id = `envelope-${count}`
      const heard = new Promise<{ readonly payload?: unknown }>((resolve) => waiting.set(id, resolve))
      current.send(JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: true }))
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), withinMs)
      })
      return Promise.race([heard, late]).finally(() => clearTimeout(timer))
    },
    babble: (text) => current?.send(text),
    end: (how) => {
      if (how === 'disconnect') current?.send(JSON.stringify({ type: 'disconnect', reason: 'warning' }))
      else if (how === 'kill') current?.terminate()
      else current?.pause()
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}
