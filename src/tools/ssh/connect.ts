/** Opens a connection: the pinned key, one own key, curve25519, and no waiting without an end. */
import { readFile } from 'node:fs/promises'
import { connect as dialTcp, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Config, NodeSSH } from 'node-ssh'
import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2'
import { isSshFault, type SshFault, type SshHost } from '../../ports/ssh.ts'
import type { Jump } from '../../release/project.ts'
import { fingerprint, type PinnedKey, pinnedKeys } from '../known-hosts.ts'
import { connectFault, fault, label } from './fault.ts'

export interface ConnectOptions {
  readonly connectMs: number
  /** The socket of an ssh agent, for hosts that may use it. */
  readonly agent: string | undefined
}

/** A connection whose host key is pinned. A host without a pin is asked for its fingerprint, and left before any login. */
export async function connect(host: SshHost, options: ConnectOptions): Promise<NodeSSH | SshFault> {
  const login = await loginOf(host, options.agent)
  if (isSshFault(login)) return login
  const pins = await pinsOf(host)
  if (isSshFault(pins)) return pins
  const socket = await (host.ssh.jump ? dialThrough(host, host.ssh.jump, options) : dial(host, options.connectMs))
  if (isSshFault(socket)) return socket
  let doubt: SshFault | undefined
  const hostVerifier = (shown: Buffer) => {
    doubt = doubtAbout(host, pins, shown)
    return doubt === undefined
  }
  const ssh = new NodeSSH()
  try {
    const algorithms = algorithmsFor(pins)
    return await ssh.connect({
      ...login,
      ...KEEP_ALIVE,
      sock: socket,
      username: host.user,
      readyTimeout: options.connectMs,
      hostVerifier,
      algorithms,
    })
  } catch (error) {
    socket.destroy()
    return doubt ?? connectFault(host, error, socket.readableDidRead)
  }
}

/** What known_hosts holds for the host. A file that is not there holds nothing; one that cannot be read may hold anything. */
export async function pinsOf({ host, port, ssh: { knownHosts } }: SshHost): Promise<readonly PinnedKey[] | SshFault> {
  if (knownHosts === undefined) return []
  const text = await readFile(knownHosts, 'utf8').catch(({ code }: NodeJS.ErrnoException) =>
    code === 'ENOENT' ? '' : fault('failed', `The pinned keys in ${knownHosts} cannot be read: ${code}.`),
  )
  return isSshFault(text) ? text : pinnedKeys(text, host, port)
}

const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 }

type Login = Pick<Config, 'privateKey' | 'agent' | 'authHandler'>

/** The key file first, then the agent where the host may use it; no other method is tried. */
async function loginOf({ ssh, name }: SshHost, agent: string | undefined): Promise<Login | SshFault> {
  const withAgent = ssh.agent && agent !== undefined
  if (ssh.key === undefined && !withAgent)
    return fault('key-unreadable', `No key is configured for ${name}, and no ssh agent is running that it may use.`)
  const key = ssh.key === undefined ? undefined : await readKey(ssh.key, withAgent)
  if (isSshFault(key)) return key
  return {
    authHandler: [...(key === undefined ? [] : (['publickey'] as const)), ...(withAgent ? (['agent'] as const) : [])],
    ...(key === undefined ? {} : { privateKey: key }),
    ...(withAgent ? { agent } : {}),
  }
}

/** A key with a passphrase is left to the agent, where there is one; it may hold it unlocked. */
async function readKey(path: string, withAgent: boolean): Promise<string | undefined | SshFault> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    fault('key-unreadable', `The key ${path} cannot be read: ${error.code}.`),
  )
  if (typeof text !== 'string') return text
  const parsed = ssh2.utils.parseKey(text)
  if (!(parsed instanceof Error)) return text
  const locked = /passphrase|encrypted/i.test(parsed.message)
  if (locked && withAgent) return undefined
  const reason = locked ? 'has a passphrase, which nobody is there to type' : 'is not a private key'
  return fault('key-unreadable', `The key ${path} ${reason}.`)
}

/** ssh2 leaves Nagle's algorithm on, which costs 40 ms or more for each command. */
function dial(host: SshHost, ms: number): Promise<Socket | SshFault> {
  return new Promise((resolve) => {
    const socket = dialTcp({ host: host.host, port: host.port, noDelay: true, timeout: ms, ...familyOf(host) })
    const failed = (why: string) => {
      socket.destroy()
      resolve(fault('unreachable', `${label(host)} cannot be reached: ${why}.`))
    }
    socket.once('timeout', () => failed(`no answer within ${ms / 1000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message))
    socket.once('connect', () => {
      socket.setTimeout(0).removeAllListeners('timeout').removeAllListeners('error')
      resolve(socket)
    })
  })
}

/** A channel of the jump host's own connection, which ends with it. */
async function dialThrough(
  host: SshHost,
  { user, host: address, port }: Jump,
  options: ConnectOptions,
): Promise<Duplex | SshFault> {
  const { jump: _, ...ssh } = host.ssh
  const at = { name: `${host.name}’s jump host`, host: address, port, user, ssh }
  const jump = await connect(at, options)
  if (isSshFault(jump)) return { at, ...jump }
  const leave = () => jump.dispose()
  try {
    const way = await within(options.connectMs, jump.forwardOut('127.0.0.1', 0, host.host, host.port))
    jump.connection?.on('error', () => {}).once('close', () => way.destroy())
    return way.once('close', leave)
  } catch (error) {
    leave()
    return fault('unreachable', `${label(host)} cannot be reached from ${label(at)}: ${(error as Error).message}.`)
  }
}

/** The jump host itself may wait for longer. */
function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => reject(new Error(`no answer within ${ms / 1000} s`)))
  })
  return Promise.race([work, late])
}

/** Without one, whichever address answers first is taken. */
function familyOf({ ssh: { family } }: SshHost): { family?: 4 | 6 } {
  return family === undefined ? {} : { family: family === 'inet' ? 4 : 6 }
}

function doubtAbout(host: SshHost, pins: readonly PinnedKey[], shown: Buffer): SshFault | undefined {
  const base64 = shown.toString('base64')
  const print = fingerprint(shown)
  if (pins.some((pin) => pin.revoked && pin.base64 === base64))
    return fault('host-key-changed', `${label(host)} shows a key that is marked as revoked: ${print}.`, print)
  if (pins.some((pin) => pin.base64 === base64)) return undefined
  if (pins.every((pin) => pin.revoked))
    return fault('host-key-unknown', `${label(host)} shows the key ${print}, which is not pinned.`, print)
  return fault('host-key-changed', `${label(host)} shows the key ${print}, and another one is pinned.`, print)
}

/** Only what is pinned is asked for, or the host might show another of its keys. SHA-1 signatures are never accepted. */
function algorithmsFor(pins: readonly PinnedKey[]): NonNullable<Config['algorithms']> {
  const types = pins.filter((pin) => !pin.revoked).flatMap((pin) => SIGNATURES[pin.type] ?? [])
  const kex = { prepend: [...KEY_EXCHANGE], append: [], remove: [] }
  return { kex, ...(types.length === 0 ? {} : { serverHostKey: [...new Set(types)] }) }
}

/** What others ask first costs 70 ms of a core. */
const KEY_EXCHANGE = ['curve25519-sha256', 'curve25519-sha256@libssh.org'] as const

const SIGNATURES: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}
