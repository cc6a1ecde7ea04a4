/**
 * Bolt as the ear: acknowledges what Slack delivers before anything else is done, and hands it on. A press that could not be
 * acknowledged is not handed on, since whoever made it was told that it failed.
 */
import { EventEmitter } from 'node:events'
import { App, type CustomRoute, HTTPReceiver, SocketModeReceiver } from '@slack/bolt'
import { type CallOptions, clientOptions, SILENT } from './calls.ts'
import { commandOf, type Delivery, formOf, type Loose, pressOf } from './deliveries.ts'
import { outliveUnreadable, refuseUndelivered, refuseUnreadable } from './undelivered.ts'

export type Way =
  | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number }
  /** `port`: of /healthz alone. */
  | { readonly kind: 'socket'; readonly appToken: string; readonly port?: number }

export interface EarOptions extends CallOptions {
  readonly way: Way
  readonly now: () => number
  healthy(): boolean
  hear(delivery: Delivery): void
  /** The port cannot be listened on. */
  deaf(reason: string): void
  log(line: string): void
}

export interface Ear {
  /** Listens, or opens the first connection. */
  start(): Promise<unknown>
  stop(): Promise<unknown>
  /** What keeps the connection of Socket Mode. */
  readonly socket?: SocketModeReceiver['client']
}

const REMEMBERED = 10_000
const ENDPOINT = '/slack/events'

/** The app with its receiver, not yet started. */
export function createEar(options: EarOptions): Ear {
  const { way } = options
  const receiver = way.kind === 'http' ? httpReceiver(options, way) : socketReceiver(options, way)
  const app = new App({
    receiver,
    // Looking the token up would come before the acknowledgement.
    authorize: async () => ({ botToken: options.botToken }),
    clientOptions: clientOptions(options),
    convoStore: false,
    ignoreSelf: false,
    logger: SILENT,
  })
  const seen = new Set<string>()

  /** A replay within Slack's five minutes carries a good signature: it is acknowledged, and nothing else. */
  const take = async (delivery: Delivery | undefined, ack: () => Promise<void>, context: Loose) => {
    const isGone = context.isGone as (() => boolean) | undefined
    if (isGone?.()) return
    const acknowledged = await ack().then(
      () => true,
      () => false,
    )
    if (!acknowledged || delivery === undefined || isRepeated(seen, delivery.id)) return
    options.hear(delivery)
  }

  app.error(async (error) => {
    throw error
  })
  app.command(/.*/, ({ body, ack, context }) => take(commandOf(asLoose(body)), () => ack(), context))
  app.action(/.*/, ({ body, ack, context }) => take(pressOf(asLoose(body)), () => ack(), context))
  app.view(/.*/, ({ body, ack, context }) => take(formOf(asLoose(body)), () => ack(), context))
  return {
    start: () =>
      way.kind === 'http' ? app.start(way.port).catch((error: Error) => options.deaf(error.message)) : app.start(),
    stop: () => app.stop(),
    ...('client' in receiver && { socket: receiver.client }),
  }
}

function httpReceiver(options: EarOptions, { signingSecret, port }: Way & { readonly kind: 'http' }): HTTPReceiver {
  const verified = { signingSecret, bodyLimit: 1_000_000 }
  const receiver = new HTTPReceiver({
    ...verified,
    port,
    endpoints: [ENDPOINT],
    customRoutes: [health(options)],
    customPropertiesExtractor: (request) => ({ isGone: () => request.socket.destroyed }),
    processEventErrorHandler: async ({ response }) => {
      if (!response.headersSent) response.writeHead(500).end()
      return true
    },
    logger: SILENT,
  })
  refuseUndelivered(receiver, { ...verified, endpoint: ENDPOINT, now: options.now, log: options.log })
  return receiver
}

function socketReceiver(
  options: EarOptions,
  { appToken, port }: Way & { readonly kind: 'socket' },
): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    // Its own way of connecting again ends the process where Slack cannot be reached.
    autoReconnectEnabled: false,
    // A receiver made by hand knows nothing of the app's clients.
    installerOptions: { clientOptions: clientOptions(options), ...(port !== undefined && { port }) },
    customRoutes: port === undefined ? [] : [health(options)],
    processEventErrorHandler: async () => false,
    logger: SILENT,
  })
  outliveUnreadable(receiver.client)
  const server: unknown = Reflect.get(receiver, 'httpServer')
  if (!(server instanceof EventEmitter)) return receiver
  refuseUnreadable(server)
  // Nobody else listens for what becomes of the port, and then it would end the process.
  server.on('error', (error: Error) => options.deaf(error.message))
  return receiver
}

function health({ healthy }: EarOptions): CustomRoute {
  return {
    path: '/healthz',
    method: 'GET',
    handler: (_, response) => {
      const isHealthy = healthy()
      response.writeHead(isHealthy ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ slack: isHealthy ? 'connected' : 'not connected' }))
    },
  }
}

function isRepeated(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return true
  seen.add(id)
  if (seen.size > REMEMBERED) seen.delete([...seen][0] ?? '')
  return false
}

function asLoose(body: unknown): Loose {
  return body as Loose
}
