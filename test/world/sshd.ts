/** A real OpenSSH server on a loopback address of its own, which can go away, fall silent or show another key. */
import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { newKeyPair } from '../../sandbox/keys.ts'
import type { Server, ServerState } from '../../sandbox/server.ts'
import { freePort } from '../free-port.ts'
import { type Part, startPart } from './part.ts'
import { takesConnections } from './until.ts'

export interface SshdPlan {
  readonly name: string
  /** Its keys, its configuration and its log. */
  readonly folder: string
  readonly host: string
  /** HOME of who logs in. */
  readonly home: string
  /** The whole environment of what is run there. */
  readonly environment: Readonly<Record<string, string>>
}

export interface Sshd extends Server {
  readonly name: string
  readonly log: string
  /** Its line in a known_hosts file; as shown on another address, where a link leads to it. */
  pin(at?: { readonly host: string; readonly port: number }): string
  /** Of `keyFile`. */
  readonly publicKey: string
  /** Lets further public keys in. */
  admit(...publicKeys: readonly string[]): Promise<void>
}

/** Whoever runs this is who logs in: sshd knows only accounts of the machine. */
const USER = userInfo().username

export async function startSshd({ name, folder, host, home, environment }: SshdPlan): Promise<Sshd> {
  const port = await freePort(host)
  const at = (file: string) => join(folder, file)
  const log = at('sshd.log')
  const own = newKeyPair(name)
  const client = newKeyPair('slipway')
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  const secret = (file: string, text: string) => writeFile(at(file), text, { mode: 0o600 })
  const pin: Sshd['pin'] = (shown = { host, port }) => `[${shown.host}]:${shown.port} ${own.public.trim()}\n`
  await Promise.all([
    secret('host_key', own.private),
    secret('other_host_key', newKeyPair().private),
    secret('id_ed25519', client.private),
    secret('id_ed25519.pub', `${client.public}\n`),
    secret('authorized_keys', `${client.public}\n`),
    secret('known_hosts', pin()),
    ...(['host_key', 'other_host_key'] as const).map((key) =>
      secret(`${key}.conf`, configuration({ host, port, key: at(key), keys: at('authorized_keys'), environment })),
    ),
  ])
  const start = (key: 'host_key' | 'other_host_key') =>
    startPart({
      name,
      argv: ['/usr/sbin/sshd', '-D', '-e', '-f', at(`${key}.conf`)],
      env: environment,
      log,
      isReady: () => takesConnections({ host, port }),
    })
  let part: Part | undefined = await start('host_key')
  let state: ServerState = 'well'
  const loseConnections = () => part && endSessions(part.pid)
  const turn = async (next: ServerState) => {
    if (next === state) return
    await loseConnections()
    if (next === 'silent') part?.signal('SIGSTOP')
    else await part?.end()
    if (next === 'away') part = undefined
    if (next === 'well' || next === 'other-key') part = await start(next === 'well' ? 'host_key' : 'other_host_key')
    state = next
  }
  return {
    ...{ name, log, host, port, user: USER, home, pin },
    keyFile: at('id_ed25519'),
    knownHostsFile: at('known_hosts'),
    publicKey: client.public,
    admit: (...keys) => appendFile(at('authorized_keys'), keys.map((key) => `${key}\n`).join('')),
    loseConnections: () => void loseConnections(),
    turn,
    close: async () => {
      await loseConnections()
      await part?.end()
    },
  }
}

interface Settings {
  readonly host: string
  readonly port: number
  readonly key: string
  readonly keys: string
  readonly environment: Readonly<Record<string, string>>
}

/** sshd_config(5). Without PAM, which would want sessions and mails; with as many new connections at once as a release makes. */
function configuration({ host, port, key, keys, environment }: Settings): string {
  return `ListenAddress ${host}:${port}
HostKey ${key}
AuthorizedKeysFile ${keys}
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
PrintMotd no
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv ${Object.entries(environment)
    .map(([name, value]) => `"${name}=${value}"`)
    .join(' ')}
`
}

/** Kills what serves the open connections; the commands in them live on or not, as on any server. */
async function endSessions(listener: number): Promise<void> {
  const children = await readFile(`/proc/${listener}/task/${listener}/children`, 'utf8').catch(() => '')
  for (const pid of children.split(' ').filter((word) => word !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
