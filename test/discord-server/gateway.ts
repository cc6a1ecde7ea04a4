/** The gateway of the test's Discord: identify, heartbeat, dispatch, resume with replay, and the ways in which it fails. */
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface GatewayOptions {
  readonly server: Server
  readonly token: string
  readonly url: () => string
  readonly ready: () => object
  readonly heartbeatMs: number
  readonly after: () => readonly (readonly [event: string, data: object])[]
}

export interface Gateway {
  /** Sends an event, and keeps it for those who resume. */
  dispatch(event: string, data: object): void
  /** Cuts every connection without a word. */
  cut(): void
  /** Closes every connection with a code. */
  closeWith(code: number): void
  /** New connections are refused until the end of that. */
  refuse(on: boolean): void
  /** How often that happened. */
  refused(): number
  /** From now on no token is accepted: close code 4004. */
  rejectTokens(): void
  /** The next resume is answered with an invalid session. */
  forgetSessions(): void
  /** Heartbeats are no longer answered, and events no longer delivered, on the connections there are. */
  deafen(): void
  /** What clients have done, in order: `identify`, `resume`. */
  readonly heard: readonly string[]
  /** What they asked to be told of when they identified. */
  readonly intents: readonly number[]
  /** Resolves when a client is there and has had its `READY` or `RESUMED`. */
  connected(): Promise<void>
  close(): Promise<void>
}

interface Session {
  readonly id: string
  readonly sent: { readonly t: string; readonly s: number; readonly d: object }[]
  socket: WebSocket | undefined
  deaf: boolean
}

const DISPATCH = 0
const HEARTBEAT = 1
const IDENTIFY = 2
const RESUME = 6
const INVALID_SESSION = 9
const HELLO = 10
const ACKNOWLEDGED = 11

export function createGateway(options: GatewayOptions): Gateway {
  const sockets = new WebSocketServer({ noServer: true })
  const sessions = new Map<string, Session>()
  const heard: string[] = []
  const intents: number[] = []
  const waiting: (() => void)[] = []
  let isRefusing = false
  let forgetting = false
  let refused = 0
  let rejecting = false

  const onUpgrade = (request: import('node:http').IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isRefusing) {
      refused += 1
      return socket.destroy()
    }
    sockets.handleUpgrade(request, socket, head, (client) => converse(client))
  }
  options.server.on('upgrade', onUpgrade)

  const converse = (socket: WebSocket) => {
    let session: Session | undefined
    send(socket, HELLO, { heartbeat_interval: options.heartbeatMs })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined
    })
    socket.on('message', (raw) => {
      const { op, d } = JSON.parse(String(raw)) as {
        op: number
        d: { token?: string; intents?: number; session_id?: string; seq?: number }
      }
      if (op === HEARTBEAT && session?.deaf !== true) send(socket, ACKNOWLEDGED, null)
      if (op !== IDENTIFY && op !== RESUME) return
      if (d.token !== options.token || rejecting) return socket.close(4004, 'Authentication failed.')
      heard.push(op === IDENTIFY ? 'identify' : 'resume')
      if (op === IDENTIFY) intents.push(d.intents ?? 0)
      session = op === IDENTIFY ? identified(socket) : resumed(socket, d.session_id ?? '', d.seq ?? 0)
    })
  }

  const identified = (socket: WebSocket): Session => {
    const session: Session = { id: `session-${sessions.size + 1}`, sent: [], socket, deaf: false }
    sessions.clear()
    sessions.set(session.id, session)
    deliver(session, 'READY', { ...options.ready(), session_id: session.id, resume_gateway_url: options.url() })
    for (const [event, data] of options.after()) deliver(session, event, data)
    wake()
    return session
  }

  const resumed = (socket: WebSocket, id: string, seen: number): Session | undefined => {
    const session = sessions.get(id)
    if (session === undefined || forgetting) {
      forgetting = false
      send(socket, INVALID_SESSION, false)
      return undefined
    }
    Object.assign(session, { socket, deaf: false })
    for (const { t, s, d } of session.sent.filter(({ s }) => s > seen)) send(socket, DISPATCH, d, t, s)
    deliver(session, 'RESUMED', {})
    wake()
    return session
  }

  const deliver = (session: Session, t: string, d: object) => {
    const s = session.sent.length + 1
    session.sent.push({ t, s, d })
    if (session.socket !== undefined && !session.deaf) send(session.socket, DISPATCH, d, t, s)
  }

  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }

  return {
    heard,
    intents,
    dispatch: (event, data) => {
      for (const session of sessions.values()) deliver(session, event, data)
    },
    cut: () => {
      for (const client of sockets.clients) client.terminate()
      for (const session of sessions.values()) session.socket = undefined
    },
    closeWith: (code) => {
      for (const client of sockets.clients) client.close(code)
      for (const session of sessions.values()) session.socket = undefined
    },
    refuse: (on) => {
      isRefusing = on
    },
    refused: () => refused,
    rejectTokens: () => {
      rejecting = true
    },
    forgetSessions: () => {
      forgetting = true
    },
    deafen: () => {
      for (const session of sessions.values()) session.deaf = true
    },
    connected: () => {
      const isThere = [...sessions.values()].some(({ socket, deaf }) => socket !== undefined && !deaf)
      return isThere ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))
    },
    close: async () => {
      options.server.off('upgrade', onUpgrade)
      for (const client of sockets.clients) client.terminate()
      sockets.close()
    },
  }
}

function send(socket: WebSocket, op: number, d: unknown, t: string | null = null, s: number | null = null): void {
  socket.send(JSON.stringify({ op, d, t, s }))
}
