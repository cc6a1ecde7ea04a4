/**
 * What carries Slack's own signature, or comes over its own socket, and yet is nothing that Bolt can read: without this Bolt
 * would break where nobody hears of it, which ends the process, or let the sender wait.
 */
import { HTTPModuleFunctions, type HTTPReceiver, type SocketModeReceiver } from '@slack/bolt'
import type { Loose } from './deliveries.ts'

type Request = Parameters<HTTPReceiver['requestListener']>[0]

interface Verified {
  readonly signingSecret: string
  /** Bytes. */
  readonly bodyLimit: number
}

/** Answers it with 400, at once; everything else is left to the receiver. */
export function refuseUnreadable(
  receiver: HTTPReceiver,
  { endpoint, ...verified }: Verified & { endpoint: string },
): void {
  const listen = receiver.requestListener
  receiver.requestListener = (request, response) => {
    const isDelivery = request.method === 'POST' && request.url?.split('?')[0] === endpoint
    if (!isDelivery) return listen(request, response)
    void isUnreadable(request, verified).then((isUnread) =>
      isUnread ? response.writeHead(400).end() : listen(request, response),
    )
  }
}

/** A request keeps its bytes once they were read, so the receiver verifies the same ones again. */
async function isUnreadable(request: Request, verified: Verified): Promise<boolean> {
  try {
    const signed = await HTTPModuleFunctions.parseAndVerifyHTTPRequest(verified, request)
    const body: Loose | null = HTTPModuleFunctions.parseHTTPRequestBody(signed)
    return ![body?.type, body?.command, body?.ssl_check].some((word) => typeof word === 'string')
  } catch {
    return false
  }
}

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
