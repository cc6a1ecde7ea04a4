/** The network between the bot and a server, as far as it can be bad: it goes silent without a word, or carries little. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

export interface Link {
  readonly host: string
  readonly port: number
  /** Connections that are open stay so, and nothing passes over them any more. No reset, no end: what a vanished link is. */
  vanish(): void
  /** New connections pass again; those that vanished never will. */
  comeBack(): void
  /** Bytes a second towards the server, on each connection. */
  slow(bytesPerSecond: number): void
  /** Bytes that have passed towards the server. */
  passed(): number
  close(): Promise<void>
}

/** Listens on a free port of the host, and leads to the target. */
export async function openLink(host: string, target: { readonly host: string; readonly port: number }): Promise<Link> {
  const open = new Set<readonly [near: Socket, far: Socket]>()
  let isGone = false
  let pace = Number.POSITIVE_INFINITY
  let passed = 0
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    const far = connect({ ...target, noDelay: true })
    const pair = [near, far] as const
    open.add(pair)
    for (const socket of pair)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open.delete(pair)
          for (const each of pair) each.destroy()
        })
    if (isGone) return
    near
      .pipe(
        paced(
          () => pace,
          (bytes) => (passed += bytes),
        ),
      )
      .pipe(far)
    far.pipe(near)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...{ host, port },
    vanish: () => {
      isGone = true
      for (const socket of [...open].flat()) socket.unpipe().pause()
    },
    comeBack: () => {
      isGone = false
    },
    slow: (bytesPerSecond) => {
      pace = bytesPerSecond
    },
    passed: () => passed,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of [...open].flat()) socket.destroy()
      await closed
    },
  }
}

/** Hands on each piece only when the time that it takes at that pace is over. */
function paced(pace: () => number, count: (bytes: number) => void): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      count(piece.length)
      const ms = (piece.length / pace()) * 1000
      if (ms < 1) done(null, piece)
      else setTimeout(done, ms, null, piece)
    },
  })
}
