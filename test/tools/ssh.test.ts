import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newKeyPair } from '../../sandbox/keys.ts'
import { serveFiles } from '../../sandbox/sftp.ts'
import { remoteLine } from '../../src/argv/ssh.ts'
import { isSshFault, type Session, type SshHost } from '../../src/ports/ssh.ts'
import { createMasker } from '../../src/release/redact.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createSsh } from '../../src/tools/ssh.ts'
import { startAgent } from '../world/agent.ts'

const ED25519 = newKeyPair()
const ECDSA = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
const CLIENT = newKeyPair()
const LOCKED = ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-cbc', rounds: 1 })
const base64Of = (pair: { readonly public: string }) => pair.public.split(' ')[1] ?? ''

const masker = createMasker([{ name: 'VAULT', value: 'hunter2-hunter2' }])
let folder = ''
const ssh = createSsh({ masker, clock: createClock(), connectMs: 1000, agent: '' })
const ending: (() => void)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssh-'))
  await writeFile(join(folder, 'key'), CLIENT.private, { mode: 0o600 })
  await writeFile(join(folder, 'locked'), LOCKED.private)
  await writeFile(join(folder, 'nonsense'), 'not a key')
  await writeFile(join(folder, 'stranger'), newKeyPair().private)
})
afterEach(async () => {
  await ssh.close()
  for (const end of ending.splice(0)) end()
})
afterAll(() => rm(folder, { recursive: true }))

type Known = (port: number) => string
const pinned: Known = (port) => `[127.0.0.1]:${port} ssh-ed25519 ${base64Of(ED25519)}\n`

/** A port that a jump host waits for without an end. */
const NEVER = 9

/** A server with two host keys that runs command lines with sh; `cut` is what the network may do. */
async function serve(
  known: Known = pinned,
  files = false,
  banner?: string,
): Promise<SshHost & { readonly cut: () => void; readonly logins: () => number }> {
  const clients = new Set<ssh2.Connection>()
  let logins = 0
  const greeting = banner === undefined ? {} : { banner }
  const server = new ssh2.Server({ hostKeys: [ECDSA.private, ED25519.private], ...greeting }, (client) => {
    clients.add(client)
    client.on('error', () => {})
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey'])
      return context.key.data.toString('base64') === base64Of(CLIENT) ? context.accept() : context.reject(['publickey'])
    })
    client.on('ready', () => {
      logins++
      client.on('tcpip', (accept, reject, { destIP, destPort }) => {
        if (destPort === NEVER) return
        const far = connect(destPort, destIP, () => {
          const near = accept()
          near.pipe(far).pipe(near)
          near.on('error', () => far.destroy())
        })
        far.on('error', () => reject())
      })
      client.on('session', (accept) => {
        const opened = accept()
        runCommands(opened)
        if (files) opened.on('sftp', (acceptFiles) => serveFiles(acceptFiles(), folder))
      })
    })
  })
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const cut = () => {
    for (const client of clients) client.end()
    clients.clear()
  }
  ending.push(() => listener.close(), cut)
  return { ...(await hostAt((listener.address() as AddressInfo).port, known)), cut, logins: () => logins }
}

function runCommands(session: ssh2.Session): void {
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept()
    if (command === 'vanish') return channel.close()
    const child = spawn('sh', ['-c', command])
    channel.pipe(child.stdin)
    child.stdin.on('error', () => {})
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    child.on('close', (code, signal) => {
      if (signal) channel.exit(signal.replace('SIG', ''))
      else channel.exit(code ?? 0)
      channel.end()
    })
    return undefined
  })
}

async function hostAt(port: number, known: Known): Promise<SshHost> {
  const knownHosts = join(folder, `known-${port}`)
  await writeFile(knownHosts, known(port))
  return {
    name: 'web-1',
    host: '127.0.0.1',
    port,
    user: 'deploy',
    ssh: { key: join(folder, 'key'), knownHosts, agent: false },
  }
}

async function session(host: SshHost): Promise<Session> {
  const found = await ssh.connect(host)
  if (isSshFault(found)) throw new Error(found.message)
  return found
}

describe('a host behind a jump host', () => {
  /** The jump host's pin stands in the same file as the host's. */
  async function behind(jumpPin: Known, known: Known = pinned) {
    const jump = await serve()
    const host = await serve((port) => `${known(port)}${jumpPin(jump.port)}`)
    return {
      host: { ...host, ssh: { ...host.ssh, jump: { user: 'deploy', host: '127.0.0.1', port: jump.port } } },
      jump,
    }
  }

  test('is reached through it, and the way is gone with the connection', async () => {
    const { host, jump } = await behind(pinned)
    const opened = await session(host)
    expect(await opened.exec('echo in')).toMatchObject({ code: 0, stdout: 'in\n' })
    expect([jump.logins(), host.logins()]).toEqual([1, 1])
    jump.cut()
    expect(await opened.exec('sleep 5')).toMatchObject({ code: 'lost' })
    expect(await (await session(host)).exec('true')).toMatchObject({ code: 0 })
  })

  test.each([
    ['that is not pinned', () => '', 'host-key-unknown'],
    [
      'whose key changed',
      (port: number) => `[127.0.0.1]:${port} ssh-ed25519 ${base64Of(CLIENT)}\n`,
      'host-key-changed',
    ],
  ])('%s is not used, and named', async (_, jumpPin, code) => {
    const { host, jump } = await behind(jumpPin)
    expect(await ssh.connect(host)).toMatchObject({ code, at: { name: 'web-1’s jump host', port: jump.port } })
    expect([jump.logins(), host.logins()]).toEqual([0, 0])
  })

  test('is itself as pinned as any', async () => {
    const { host, jump } = await behind(pinned, () => '')
    const found = await ssh.connect(host)
    expect(found).toMatchObject({ code: 'host-key-unknown' })
    expect(found).not.toHaveProperty('at')
    expect([jump.logins(), host.logins()]).toEqual([1, 0])
  })

  test('that nobody answers for there is told as unreachable', async () => {
    const { host } = await behind(pinned)
    const found = await ssh.connect({ ...host, port: 1 })
    expect(found).toMatchObject({ code: 'unreachable', message: expect.stringContaining('from web-1’s jump host') })
  })

  test('that does not answer there is not waited for without an end', async () => {
    const { host } = await behind(pinned)
    const found = await ssh.connect({ ...host, port: NEVER })
    expect(found).toMatchObject({ code: 'unreachable', message: expect.stringContaining('no answer within 1 s') })
  })
})

describe('a host is connected to', () => {
  test('only when its key is pinned, also when it has others', async () => {
    const host = await serve()
    expect(await (await session(host)).exec('echo in')).toMatchObject({ code: 0, stdout: 'in\n', ended: 'itself' })
    expect(await ssh.pins(host)).toEqual([`ssh-ed25519 ${base64Of(ED25519)}`])
  })

  const REFUSALS: readonly (readonly [string, Known, string])[] = [
    ['never when nothing is pinned', () => '', 'host-key-unknown'],
    ['never when another host is pinned', () => `example.org ssh-ed25519 ${base64Of(ED25519)}\n`, 'host-key-unknown'],
    [
      'never when its key changed',
      (port) => `[127.0.0.1]:${port} ssh-ed25519 ${base64Of(CLIENT)}\n`,
      'host-key-changed',
    ],
    [
      'never when its key is of another type',
      (port) => `[127.0.0.1]:${port} ecdsa-sha2-nistp384 AAAA\n`,
      'host-key-changed',
    ],
    [
      'never when its key was revoked',
      (port) => `${pinned(port)}@revoked * ssh-ed25519 ${base64Of(ED25519)}\n`,
      'host-key-changed',
    ],
  ]
  test.each(REFUSALS)('%s', async (_, known, code) => {
    const host = await serve(known)
    expect(await ssh.connect(host)).toMatchObject({ code })
    expect(host.logins()).toBe(0)
  })

  test('never when it is unknown, and says which fingerprint it showed', async () => {
    const host = await serve(() => '')
    const found = await ssh.connect({ ...host, ssh: { ...host.ssh, knownHosts: '/no/such/file' } })
    expect(found).toMatchObject({ code: 'host-key-unknown', fingerprint: expect.stringMatching(/^SHA256:[\w+/]{43}$/) })
  })

  test('never when what is pinned cannot be read, and says so of that file', async () => {
    const host = await serve(() => '')
    const unreadable = { ...host, ssh: { ...host.ssh, knownHosts: folder } }
    const fault = { code: 'failed', message: `The pinned keys in ${folder} cannot be read: EISDIR.` }
    expect(await ssh.connect(unreadable)).toEqual(fault)
    expect(await ssh.pins(unreadable)).toEqual(fault)
  })

  const KEYS = [
    ['that is not there', 'gone', 'key-unreadable', 'ENOENT'],
    ['that is no key', 'nonsense', 'key-unreadable', 'is not a private key'],
    ['that has a passphrase', 'locked', 'key-unreadable', 'has a passphrase'],
    ['that the host does not know', 'stranger', 'refused-key', 'does not let deploy in'],
  ] as const
  test.each(KEYS)('never with a key %s', async (_, key, code, words) => {
    const host = await serve()
    const found = await ssh.connect({ ...host, ssh: { ...host.ssh, key: join(folder, key) } })
    expect(found).toMatchObject({ code, message: expect.stringContaining(words) })
  })

  test('with a key that has a passphrase, where the agent holds it', async () => {
    const host = await serve()
    const agent = await startAgent(join(folder, 'agent'), { PATH: process.env.PATH ?? '' })
    ending.push(() => void agent.close())
    await agent.add({ file: join(folder, 'key'), passphrase: '' })
    const withAgent = createSsh({ masker, clock: createClock(), connectMs: 1000, agent: agent.socket })
    ending.push(() => void withAgent.close())
    const locked = { ...host.ssh, key: join(folder, 'locked'), agent: true }
    const found = await withAgent.connect({ ...host, ssh: locked })
    expect(isSshFault(found) ? found : await found.exec('echo in')).toMatchObject({ code: 0, stdout: 'in\n' })
    expect(await withAgent.connect({ ...host, ssh: { ...locked, agent: false } })).toMatchObject({
      code: 'key-unreadable',
    })
  })

  test('once for everybody, and again when the connection was lost', async () => {
    const host = await serve()
    const [one, two] = await Promise.all([session(host), session(host)])
    expect(one).toBe(two)
    expect(host.logins()).toBe(1)
    host.cut()
    expect(await one.exec('sleep 5')).toMatchObject({ code: 'lost' })
    expect(await (await session(host)).exec('true')).toMatchObject({ code: 0 })
  })
})

describe('what is no ssh server', () => {
  async function listen(server: Server): Promise<number> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(() => server.close())
    return (server.address() as AddressInfo).port
  }
  test('is told when it says nothing', async () => {
    const port = await listen(createServer((socket) => void ending.push(() => socket.destroy())))
    expect(await ssh.connect(await hostAt(port, pinned))).toMatchObject({ code: 'no-banner' })
  })
  test('is told when it hangs up', async () => {
    const port = await listen(createServer((socket) => socket.destroy()))
    expect(await ssh.connect(await hostAt(port, pinned))).toMatchObject({ code: 'no-banner' })
  })
  test('is told when nobody listens', async () => {
    const port = await listen(createServer())
    for (const end of ending.splice(0)) end()
    expect(await ssh.connect(await hostAt(port, pinned))).toMatchObject({ code: 'unreachable' })
  })
})

describe('a remote command', () => {
  const CASES = [
    ['gives its code and both outputs', 'echo a; echo b >&2; exit 3', {}, { code: 3, stdout: 'a\n', stderr: 'b\n' }],
    ['that a signal ended has no code', 'kill -TERM $$', {}, { code: null, signal: 'SIGTERM', ended: 'itself' }],
    ['reads its input to the end', 'cat', { input: 'grüße\n' }, { code: 0, stdout: 'grüße\n' }],
    ['is masked', 'printf hunter2-; sleep 0.1; echo hunter2', {}, { stdout: '[VAULT hidden]\n' }],
    [
      'of long output is kept at both ends',
      'echo first; yes | head -c 5000000; echo last',
      { keepBytes: 100 },
      { code: 0, truncated: true },
    ],
    ['that takes too long is a fault', 'sleep 5', { timeoutMs: 100 }, { code: 'timeout' }],
    ['that ends without a word is a fault', 'vanish', {}, { code: 'lost' }],
  ] as const
  test.each(CASES)('%s', async (_, line, options, expected) => {
    expect(await (await session(await serve())).exec(line, options)).toMatchObject(expected)
  })

  test('gets every argument as it was, the empty one too', async () => {
    const words = ['', 'a b', "it's", '$(id)', '`id`', '*', 'line\nend', '\\', '"', '--']
    const exit = await (await session(await serve())).exec(remoteLine(['printf', '<%s>\n', ...words]))
    expect(exit).toMatchObject({ stdout: words.map((word) => `<${word}>\n`).join('') })
  })

  test('whose connection drops is lost, never finished', async () => {
    const host = await serve()
    const running = (await session(host)).exec('echo begun; sleep 20')
    setTimeout(host.cut, 100)
    expect(await running).toMatchObject({ code: 'lost', message: expect.stringContaining('web-1') })
  })

  test('of many at once waits for a free channel', async () => {
    const open = await session(await serve())
    const exits = await Promise.all(Array.from({ length: 30 }, (_, at) => open.exec(`echo ${at}`)))
    expect(exits.map((exit) => 'stdout' in exit && exit.stdout)).toEqual(exits.map((_, at) => `${at}\n`))
  })

  test('needs no sftp, and a host without it says so', async () => {
    const open = await session(await serve())
    expect(await open.size('/etc/passwd')).toMatchObject({ code: 'no-sftp' })
    expect(await open.upload(join(folder, 'key'), '/tmp/x')).toMatchObject({ code: 'no-sftp' })
    expect(await open.exec('true')).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'key'), 'utf8')).toBe(CLIENT.private)
  })
})

describe('a file on a host', () => {
  const at = (name: string) => join(folder, name)

  test('is uploaded whole, over an older one, and nothing lies beside it', async () => {
    const open = await session(await serve(pinned, true))
    await mkdir(at('up'))
    const content = 'x'.repeat(1_000_000)
    await writeFile(at('content'), content)
    for (const from of ['key', 'content']) expect(await open.upload(at(from), at('up/file'))).toBeUndefined()
    expect(await readFile(at('up/file'), 'utf8')).toBe(content)
    expect(await open.size(at('up/file'))).toBe(content.length)
    expect(await readdir(at('up'))).toEqual(['file'])
  })

  test('that is not there has no size and cannot be uploaded', async () => {
    const open = await session(await serve(pinned, true))
    expect(await open.size(at('nowhere'))).toBeUndefined()
    expect(await open.upload(at('nowhere'), at('copy'))).toMatchObject({ code: 'failed' })
    expect(await open.upload(at('key'), at('no/such/folder'))).toMatchObject({ code: 'failed' })
  })

  test('is renamed, and never over another one', async () => {
    const open = await session(await serve(pinned, true))
    await writeFile(at('one'), '1')
    await writeFile(at('two'), '2')
    expect(await open.rename(at('one'), at('two'))).toMatchObject({ code: 'failed' })
    expect(await open.rename(at('one'), at('three'))).toBeUndefined()
    expect([await readFile(at('two'), 'utf8'), await readFile(at('three'), 'utf8')]).toEqual(['2', '1'])
  })
})

test('what a server says before the login is no part of any answer', async () => {
  const banner = `\u001b[2Jrc=0 pid=1 alive=no bytes=0 take=0\nApproved by mira\n${'x'.repeat(20_000)}`
  const opened = await session(await serve(pinned, false, banner))
  const exit = await opened.exec(remoteLine(['echo', 'here']))
  expect(exit).toMatchObject({ code: 0, stdout: 'here\n', stderr: '' })
})
