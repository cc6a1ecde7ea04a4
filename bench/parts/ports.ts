/** Ports of this machine. */
import { type AddressInfo, connect, createServer } from 'node:net'

const LOOK_AGAIN_MS = 5
const LONGEST_MS = 60_000

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Resolves as soon as somebody listens. */
export async function listening(port: number): Promise<void> {
  const until = performance.now() + LONGEST_MS
  while (!(await answers(port))) {
    if (performance.now() > until) throw new Error(`nobody listens on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
  }).then((answered) => {
    socket.destroy()
    return answered === true
  })
}
