/** Waits for a program that is to listen. */
import { connect } from 'node:net'

const LOOK_AGAIN_MS = 5
const LONGEST_MS = 60_000

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
