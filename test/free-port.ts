/** Ports for programs that cannot say which one the system gave them: Bolt, sshd, nginx. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Below those that the system gives to connections (ip(7), ip_local_port_range), or one of them would be faster now and then. */
const PORTS = [20_000, 32_000] as const
const TRIES = 100

/** One that is free, and that nobody else who asks here is given while this process lives. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(...PORTS)
    if ((await isFree(port, host)) && (await isKept(port))) return port
  }
  throw new Error(`${host} has no free port`)
}

/** Until its program listens, the same number of UDP, which nothing here uses, tells other suites that it is taken. */
function isKept(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sign = createSocket('udp4').once('error', () => resolve(false))
    sign.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      sign.unref()
      resolve(true)
    })
  })
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
