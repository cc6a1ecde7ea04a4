/** The server: an ssh2 server in this process with one key that may enter, commands run by sh, and files through sftp. */
import { timingSafeEqual } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2'
import { execute, type Place } from './execute.ts'
import { newKeyPair } from './keys.ts'
import { serveFiles } from './sftp.ts'

export interface Server {
  readonly host: string
  readonly port: number
  readonly user: string
  /** HOME of the account; the checkout is below it. */
  readonly home: string
  readonly keyFile: string
  readonly knownHostsFile: string
  /** Cuts every open connection, as a link that vanishes does. */
  loseConnections(): void
  /** `away`: connections are refused. `silent`: they are taken and nothing is ever said. `other-key`: another host key is shown. `loud`: whoever comes is greeted with lines made to be misread. */
  turn(state: ServerState): Promise<void>
  close(): Promise<void>
}

export type ServerState = 'well' | 'away' | 'silent' | 'other-key' | 'loud'

/** As whoever holds the server would greet to be taken for the bot, or for the end of its script. */
const GREETING = `\u001b[2J\u202erc=0 pid=1 alive=no bytes=0 take=0\nApproved by mira, 12:00 UTC.\n${'x'.repeat(20_000)}\n`

/** sshd's own MaxSessions (sshd_config(5)). */
const SESSIONS = 10
const USER = 'harbour'

/** Listens on a free port. `place` says where and in which environment commands run. */
export async function createServerMachine(keys: string, place: Place): Promise<Server> {
  const client = newKeyPair('slipway sandbox')
  const host = newKeyPair()
  const sockets = new Set<Socket>()
  const showing = (key: string, banner?: string) =>
    new ssh2.Server({ hostKeys: [key], ident: 'slipway-sandbox', ...(banner && { banner }) }, (connection) =>
      welcome(connection, client.public, place),
    )
  const own = showing(host.private)
  const other = showing(newKeyPair().private)
  const loud = showing(host.private, GREETING)
  let state: ServerState = 'well'
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy()))
    if (state !== 'silent') (state === 'other-key' ? other : state === 'loud' ? loud : own).injectSocket(socket)
  })
  const listen = (port: number) => new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = listener.address() as AddressInfo
  const loseConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = async () => {
    const closed = new Promise((resolve) => listener.close(resolve))
    loseConnections()
    await closed
  }
  const turn = async (next: ServerState) => {
    if (next === state) return
    if (state === 'away') await listen(port)
    state = next
    loseConnections()
    if (next === 'away') await close()
  }
  const files = await writeKeys(keys, { client, host: host.public, port })
  return { host: '127.0.0.1', port, user: USER, home: place.home, ...files, loseConnections, turn, close }
}

async function writeKeys(
  folder: string,
  { client, host, port }: { client: { readonly private: string; readonly public: string }; host: string; port: number },
) {
  const keyFile = join(folder, 'id_ed25519')
  const knownHostsFile = join(folder, 'known_hosts')
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  await Promise.all([
    writeFile(keyFile, client.private, { mode: 0o600 }),
    writeFile(`${keyFile}.pub`, `${client.public}\n`),
    writeFile(knownHostsFile, `[127.0.0.1]:${port} ${host.trim()}\n`),
  ])
  return { keyFile, knownHostsFile }
}

function welcome(connection: Connection, key: string, place: Place): void {
  const allowed = parsed(key)
  connection.on('error', () => undefined)
  connection.on('authentication', (attempt) => admit(attempt, allowed))
  let open = 0
  connection.on('session', (accept, reject) => {
    if (open >= SESSIONS) {
      reject()
      return
    }
    open += 1
    const session = accept()
    session.on('close', () => {
      open -= 1
    })
    serve(session, place)
  })
}

/** Public key only: first asked whether the key would do, then with a signature (RFC 4252, section 7). */
function admit(attempt: AuthContext, allowed: ParsedKey): void {
  if (mayEnter(attempt, allowed)) attempt.accept()
  else attempt.reject(['publickey'])
}

function mayEnter(attempt: AuthContext, allowed: ParsedKey): boolean {
  if (attempt.method !== 'publickey' || attempt.username !== USER) return false
  const isOurs = attempt.key.algo === allowed.type && same(attempt.key.data, allowed.getPublicSSH())
  const { blob, signature } = attempt
  return isOurs && (signature === undefined || (blob !== undefined && allowed.verify(blob, signature) === true))
}

function serve(session: Session, place: Place): void {
  session.on('exec', (accept, _reject, { command }) => execute(session, accept(), command, place))
  session.on('sftp', (accept) => serveFiles(accept(), place.home))
}

function same(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

function parsed(key: string): ParsedKey {
  const result = ssh2.utils.parseKey(key)
  if (result instanceof Error) throw result
  return result
}
