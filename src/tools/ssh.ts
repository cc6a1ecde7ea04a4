/** Remote hosts over ssh: one connection for each, shared, opened again when it was lost. */
import type { NodeSSH } from 'node-ssh'
import type { Clock } from '../ports/clock.ts'
import { isSshFault, type Session, type Ssh, type SshFault, type SshHost } from '../ports/ssh.ts'
import type { Masker } from '../release/redact.ts'
import { fault, label } from './ssh/fault.ts'
import { createSession } from './ssh/session.ts'

export interface SshOptions {
  readonly masker: Masker
  readonly clock: Clock
  /** How long connecting may take, each for the socket and for the handshake. */
  readonly connectMs?: number
  /** The socket of the ssh agent, where there is one. */
  readonly agent?: string | undefined
}

const CONNECT_MS = 20_000
/** Loaded for the first host: the client of ssh is a fifth of a start. */
const CONNECTING = () => import('./ssh/connect.ts')

/** Never connects without a pinned host key; faults are not remembered, so the next call looks again. */
export function createSsh({ masker, clock, connectMs = CONNECT_MS, agent }: SshOptions): Ssh {
  const sessions = new Map<string, Promise<Session | SshFault>>()
  const connections = new Set<NodeSSH>()

  const open = async (host: SshHost, forget: () => void): Promise<Session | SshFault> => {
    const { connect } = await CONNECTING()
    const ssh = await connect(host, { connectMs, agent })
    if (isSshFault(ssh)) return masked(masker, ssh)
    if (ssh.connection === null) return fault('lost', `The connection to ${label(host)} was lost.`)
    connections.add(ssh)
    /** Without a listener an error of a connection would end the bot; what matters is that it closes. */
    ssh.connection
      .on('error', () => {})
      .once('close', () => {
        connections.delete(ssh)
        forget()
      })
    return createSession(ssh.connection, { masker, clock, name: label(host) })
  }

  return {
    connect(host) {
      const key = JSON.stringify([host.host, host.port, host.user, host.ssh])
      const shared = sessions.get(key)
      if (shared) return shared
      const opened = open(host, () => forget())
      const forget = () => sessions.get(key) === opened && sessions.delete(key)
      sessions.set(key, opened)
      void opened.then((session) => isSshFault(session) && forget())
      return opened
    },
    async pins(host) {
      const pins = await (await CONNECTING()).pinsOf(host)
      if (isSshFault(pins)) return pins
      return pins.filter((pin) => !pin.revoked).map(({ type, base64 }) => `${type} ${base64}`)
    },
    async close() {
      for (const ssh of connections) ssh.dispose()
      connections.clear()
      sessions.clear()
    },
  }
}

function masked(masker: Masker, found: SshFault): SshFault {
  return { ...found, message: masker.mask(found.message) }
}
