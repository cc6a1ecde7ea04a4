/** Tries whether a port of another machine takes connections, on each address family its name has. */
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import type { Network, Place, Reached, Tried } from '../ports/network.ts'

/** Neither resolving nor connecting takes longer than the caller allows; nothing is sent. */
export function createNetwork(): Network {
  return { reach }
}

async function reach(place: Place, timeoutMs: number): Promise<Reached> {
  const found = await resolve(place.host, timeoutMs)
  if (typeof found === 'string') return { resolved: false, message: found }
  const firsts = ([4, 6] as const).flatMap((family) => found.find((each) => each.family === family) ?? [])
  const tried = await Promise.all(firsts.map(({ address, family }) => dial({ ...place, address, family }, timeoutMs)))
  return { resolved: true, tried }
}

type Address = Pick<Tried, 'address' | 'family'>

/** The resolver of the system cannot be stopped; after the time its answer is not waited for. */
async function resolve(host: string, timeoutMs: number): Promise<readonly Address[] | string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done(`no answer about ${host} within ${timeoutMs / 1000} s`), timeoutMs)
  })
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address, family }): Address => ({ address, family: family === 6 ? 6 : 4 })),
    (error: NodeJS.ErrnoException) => `${host} does not resolve (${error.code ?? error.message})`,
  )
  return Promise.race([found, late]).finally(() => clearTimeout(timer))
}

function dial({ address, family, port }: Address & Place, timeoutMs: number): Promise<Tried> {
  return new Promise((done) => {
    const socket = connect({ host: address, port, timeout: timeoutMs })
    const end = (fault?: string) => {
      socket.destroy()
      done({ family, address, ...(fault !== undefined && { fault }) })
    }
    socket.once('connect', () => end())
    socket.once('timeout', () => end('no answer'))
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' ? 'refused' : (code ?? message)),
    )
  })
}
