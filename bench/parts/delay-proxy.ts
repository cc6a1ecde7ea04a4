/** A link of our own: passes on what goes through it, each way later by half of a round trip. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface Link {
  readonly port: number
  /** A whole round trip from now on, ms; `Infinity`: what is sent never arrives. */
  delay(ms: number): void
  close(): Promise<void>
}

/** In front of a port of this machine, on a free port of `host`. */
export async function openLink(
  to: { readonly host: string; readonly port: number },
  roundTripMs: number,
): Promise<Link> {
  let oneWay = roundTripMs / 2
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, noDelay: true, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    pass(near, far, () => oneWay)
    pass(far, near, () => oneWay)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      oneWay = ms / 2
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Timers of the same length keep their order, so bytes do too. */
function pass(from: Socket, to: Socket, oneWay: () => number): void {
  const later = (work: () => void) => {
    const ms = oneWay()
    if (ms !== Number.POSITIVE_INFINITY) setTimeout(work, ms)
  }
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('end', () => later(() => to.end()))
  from.on('close', () => later(() => to.destroySoon()))
}
