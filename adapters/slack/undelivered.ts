/**
 * What carries Slack's own signature, or comes over its own socket, and yet is no delivery: dated in the future, which Bolt lets
 * pass for an hour, or nothing that Bolt can read. Over that it would break where nobody hears of it, which ends the process.
 * And what Bolt refuses without a word, though a person can mend it: a wrong secret, a wrong clock.
 */
import type { EventEmitter } from 'node:events'
import { HTTPModuleFunctions, type HTTPReceiver, isValidSlackRequest, type SocketModeReceiver } from '@slack/bolt'
import type { Loose } from './deliveries.ts'

type Request = Parameters<HTTPReceiver['requestListener']>[0]
type Response = Parameters<HTTPReceiver['requestListener']>[1]

interface Verified {
  readonly signingSecret: string
  /** Bytes. */
  readonly bodyLimit: number
  readonly now: () => number
  log(line: string): void
}

/** Answers it at once, as what is too long to be read; everything else is left to the receiver. */
export function refuseUndelivered(
  receiver: HTTPReceiver,
  { endpoint, ...verified }: Verified & { endpoint: string },
): void {
  const listen = receiver.requestListener
  const tell = teller(verified)
  receiver.requestListener = (request, response) => {
    const isDelivery = request.method === 'POST' && request.url?.split('?')[0] === endpoint
    if (!isDelivery) return listen(request, response)
    void refusalOf(request, verified, tell).then((status) =>
      status === undefined
        ? listen(request, response)
        : response.writeHead(status, { connection: 'close' }).end(() => request.destroy()),
    )
  }
}

/** A request keeps its bytes once they were read, so the receiver verifies the same ones again; those that were not are not read twice. */
async function refusalOf(request: Request, verified: Verified, tell: Tell): Promise<number | undefined> {
  try {
    await HTTPModuleFunctions.parseAndVerifyHTTPRequest(verified, request)
  } catch (error) {
    if (HTTPModuleFunctions.isRawBodyError(error)) return error.statusCode
    tell(request)
    return REFUSED
  }
  // Where Slack only tries the connection, there is no time.
  if (timeOf(request) > verified.now() / 1000 + AHEAD_S) {
    tell(request)
    return REFUSED
  }
  return isRead(request) ? undefined : UNREADABLE
}

function isRead(request: Request): boolean {
  if (!HTTPModuleFunctions.isBufferedIncomingMessage(request)) return false
  try {
    const body: Loose | null = HTTPModuleFunctions.parseHTTPRequestBody(request)
    return [body?.type, body?.command, body?.ssl_check].some((word) => typeof word === 'string')
  } catch {
    return false
  }
}

type Tell = (request: Request) => void

/** Each reason once in a while: anybody may send what is refused. What carries no signature at all was not meant to be from Slack. */
function teller({ signingSecret, now, log }: Verified): Tell {
  const toldAt = { clock: 0, secret: 0 }
  const tell = (reason: keyof typeof toldAt, words: string) => {
    if (now() - toldAt[reason] < TOLD_EVERY_MS) return
    toldAt[reason] = now()
    log(`Slack: a request was refused: ${words}`)
  }
  return (request) => {
    const signature = request.headers['x-slack-signature']
    if (typeof signature !== 'string' || !HTTPModuleFunctions.isBufferedIncomingMessage(request)) return
    const sent = timeOf(request)
    const isSigned = isValidSlackRequest({
      signingSecret,
      body: request.rawBody.toString(),
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': sent },
      nowMilliseconds: sent * 1000,
    })
    const minutes = Math.max(1, Math.round(Math.abs(sent - now() / 1000) / 60))
    if (isSigned) tell('clock', `its time differs from this machine's clock by ${minutes} min; set the clock`)
    else tell('secret', 'its signature is not that of SLACK_SIGNING_SECRET')
  }
}

function timeOf(request: Request): number {
  return Number(request.headers['x-slack-request-timestamp'])
}

/** Slack's clock and this one may differ by so much; a request from further ahead is not from Slack. */
const AHEAD_S = 30
const REFUSED = 401
const UNREADABLE = 400
const TOLD_EVERY_MS = 60_000

/** The client reads in promises that nobody waits for. */
export function outliveUnreadable(client: SocketModeReceiver['client']): void {
  guard(client, 'ws_message', () => {})
}

/** So does the server of /healthz: of `GET //` Bolt can make no address. */
export function refuseUnreadable(server: EventEmitter): void {
  guard(server, 'request', (_, response) => void (response as Response).writeHead(UNREADABLE).end())
}

/** Of Node, and of the one that the client is. */
interface Emitter extends Pick<EventEmitter, 'listeners'> {
  removeAllListeners(event: string): unknown
  on(event: string, listener: (...given: unknown[]) => void): unknown
}

/** Where a listener breaks, `otherwise` is told what it was given. */
function guard(emitter: Emitter, event: string, otherwise: (...given: unknown[]) => void): void {
  const listeners = emitter.listeners(event)
  emitter.removeAllListeners(event)
  for (const listener of listeners)
    emitter.on(event, async (...given) => {
      try {
        await listener(...given)
      } catch {
        otherwise(...given)
      }
    })
}
