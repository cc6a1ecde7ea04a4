/**
 * What carries Slack's own signature, or comes over its own socket, and yet is no delivery: dated in the future, which Bolt lets
 * pass for an hour, or nothing that Bolt can read. Over that it would break where nobody hears of it, which ends the process.
 */
import { HTTPModuleFunctions, type HTTPReceiver, type SocketModeReceiver } from '@slack/bolt'
import type { Loose } from './deliveries.ts'

type Request = Parameters<HTTPReceiver['requestListener']>[0]

interface Verified {
  readonly signingSecret: string
  /** Bytes. */
  readonly bodyLimit: number
  readonly now: () => number
}

/** Answers it at once, as what is too long to be read; everything else is left to the receiver. */
export function refuseUndelivered(
  receiver: HTTPReceiver,
  { endpoint, ...verified }: Verified & { endpoint: string },
): void {
  const listen = receiver.requestListener
  receiver.requestListener = (request, response) => {
    const isDelivery = request.method === 'POST' && request.url?.split('?')[0] === endpoint
    if (!isDelivery) return listen(request, response)
    void refusalOf(request, verified).then((status) =>
      status === undefined
        ? listen(request, response)
        : response.writeHead(status, { connection: 'close' }).end(() => request.destroy()),
    )
  }
}

/** A request keeps its bytes once they were read, so the receiver verifies the same ones again; those that were not are not read twice. */
async function refusalOf(request: Request, verified: Verified): Promise<number | undefined> {
  try {
    const signed = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(verified, request)
    if (Number(request.headers['x-slack-request-timestamp']) > verified.now() / 1000 + AHEAD_S) return REFUSED
    const body: Loose | null = HTTPModuleFunctions.parseHTTPRequestBody(signed)
    const isRead = [body?.type, body?.command, body?.ssl_check].some((word) => typeof word === 'string')
    return isRead ? undefined : UNREADABLE
  } catch (error) {
    return HTTPModuleFunctions.isRawBodyError(error) ? error.statusCode : undefined
  }
}

/** Slack's clock and this one may differ by so much; a request from further ahead is not from Slack. */
const AHEAD_S = 30
const REFUSED = 401
const UNREADABLE = 400

/** The client reads in promises that nobody waits for. */
export function outliveUnreadable(client: SocketModeReceiver['client']): void {
  const readers = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  for (const read of readers)
    client.on('ws_message', async (...message) => {
      try {
        await read(...message)
      } catch {}
    })
}
