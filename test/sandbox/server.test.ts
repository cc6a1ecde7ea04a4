import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2, { type Client, type SFTPWrapper } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { newKeyPair } from '../../sandbox/keys.ts'
import { MARK, markedProcesses } from '../../sandbox/leftovers.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { jobLine } from '../../src/argv/ssh.ts'
import { attempt, newFolder } from './attempt.ts'

let folder: string
let world: World

beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world') })
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

/** OpenSSH's own client, with nothing but the world's key and known_hosts. */
function ssh(line: string, input = '', access: Access = {}) {
  const { host, port, user } = world.server
  return attempt(['ssh', ...options(access), '-p', String(port), `${user}@${host}`, line], { input })
}

function sftpBatch(lines: readonly string[]) {
  const { host, port, user } = world.server
  return attempt(['sftp', ...options(), '-P', String(port), '-b', '-', `${user}@${host}`], { input: lines.join('\n') })
}

interface Access {
  readonly key?: string
  readonly pins?: string
}

function options({ key = world.server.keyFile, pins = world.server.knownHostsFile }: Access = {}): readonly string[] {
  const settings = ['IdentitiesOnly=yes', 'BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${pins}`]
  return ['-F', '/dev/null', '-i', key, ...settings.flatMap((setting) => ['-o', setting])]
}

describe('commands over ssh', () => {
  test('run in the home of the account with its environment, and bring back output, errors and exit code', async () => {
    const { code, stdout, stderr } = await ssh('pwd; flutter --version; echo trouble >&2; exit 7')
    expect(stdout).toBe(`${world.server.home}\nflutter (sandbox stand-in) 3.24.0\n`)
    expect(stderr).toBe('trouble\n')
    expect(code).toBe(7)
  })

  test('read standard input to its end', async () => {
    const text = 'a line\n'.repeat(20_000)
    expect((await ssh('cat | sha256sum', text)).stdout).toBe((await attempt(['sha256sum'], { input: text })).stdout)
  })

  test('leave running what they put into the background, however soon they end', async () => {
    const names = Array.from({ length: 8 }, (_, number) => `left-${number}`)
    await Promise.all(names.map((name) => ssh(`setsid nohup sh -c 'touch ${name}' >/dev/null 2>&1 </dev/null &`)))
    await until(async () => (await ssh('ls -d left-* | wc -l')).stdout.trim() === String(names.length))
  })

  test('bring back long output whole', async () => {
    expect((await ssh('head -c 3000000 /dev/zero | tr "\\0" x')).stdout).toHaveLength(3_000_000)
  })

  test('are refused to another key', async () => {
    const key = join(folder, 'stranger')
    await attempt(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
    const { code, stderr } = await ssh('true', '', { key })
    expect(stderr).toContain('Permission denied (publickey)')
    expect(code).toBe(255)
  })

  test('are refused by a client that knows another host key', async () => {
    const pins = join(folder, 'known_hosts')
    const other = newKeyPair()
    await writeFile(pins, `[127.0.0.1]:${world.server.port} ${other.public}\n`)
    const { code, stderr } = await ssh('true', '', { pins })
    expect(stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED')
    expect(code).toBe(255)
  })
})

describe('one connection', () => {
  let client: Client

  beforeAll(async () => {
    client = await enter()
  })
  afterAll(() => {
    client.end()
  })

  test('carries several commands at once, ten at most', async () => {
    const said = Array.from({ length: 10 }, (_, number) => run(client, `cat >/dev/null; echo ${number}`))
    await expect(run(client, 'true')).rejects.toThrow(/open failure|Channel open/i)
    const ended = await Promise.all(said.map(async (running) => (await running).end()))
    expect(ended).toEqual(Array.from({ length: 10 }, (_, number) => `${number}\n`))
  })

  test('takes files by sftp, and renames them without replacing any', async () => {
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, found) => (error ? reject(error) : resolve(found))),
    )
    await writeFile(join(folder, 'upload'), 'x'.repeat(200_000))
    await told((done) => sftp.mkdir('quay', done))
    await told((done) => sftp.fastPut(join(folder, 'upload'), 'quay/part', { mode: 0o640 }, done))
    await told((done) => sftp.rename('quay/part', 'quay/whole', done))
    await told((done) => sftp.writeFile('quay/other', 'other', done))
    await expect(told((done) => sftp.rename('quay/other', 'quay/whole', done))).rejects.toThrow(/EEXIST/)
    await expect(told((done) => sftp.stat('quay/gone', done))).rejects.toMatchObject({ code: 2 })
    const { stdout } = await ssh('cd quay && stat -c "%n %a %s" part whole 2>/dev/null')
    expect(stdout).toBe('whole 640 200000\n')
  })
})

test('OpenSSH’s own sftp puts, lists, changes, fetches and removes', async () => {
  const [up, down] = [join(folder, 'up'), join(folder, 'down')]
  await writeFile(up, 'y'.repeat(300_000))
  const batch = ['mkdir inbox', `put ${up} inbox/up`, 'chmod 600 inbox/up', 'ls -1 inbox', `get inbox/up ${down}`]
  const { code, stdout } = await sftpBatch([...batch, 'rm inbox/up', 'rmdir inbox'])
  expect(stdout).toContain('inbox/up\n')
  expect(code).toBe(0)
  expect(await readFile(down, 'utf8')).toBe(await readFile(up, 'utf8'))
  expect((await ssh('ls -d inbox')).code).toBe(2)
})

describe('when a connection is lost', () => {
  test('a plain command ends with it, a detached job does not', async () => {
    const { stdout: job } = await ssh('mkdir -p jobs/1 && cd jobs/1 && pwd')
    const client = await enter()
    const closed = new Promise<void>((resolve) => client.on('close', () => resolve()))
    const detached = await run(
      client,
      jobLine(job.trim(), ['sh', '-c', 'while [ ! -e go ]; do sleep 0.02; done; echo done']),
    )
    await detached.end()
    await run(client, 'exec sleep 600')
    await until(async () => (await namesOfMarked()).includes('sleep 600'))
    world.loseConnections()
    await closed
    await until(async () => !(await namesOfMarked()).includes('sleep 600'))
    await ssh('touch jobs/1/go')
    await until(async () => (await ssh('cat jobs/1/rc')).code === 0)
    expect((await ssh('cat jobs/1/log jobs/1/rc')).stdout).toBe('done\n0\n')
  })
})

describe('the deployment script on the server', () => {
  test('pulls the newest commit, builds what it has not got, and the site serves it', async () => {
    const pubspec = await readFile(join(world.server.directory, 'pubspec.yaml'), 'utf8')
    const commit = await world.commitToOrigin(
      { 'pubspec.yaml': pubspec.replace('3.1.2+001', '3.1.3+001') },
      'chore(release): 3.1.3+001',
    )
    const { code, stdout } = await ssh('cd opt/harbour && ./scripts/deploy/update_and_deploy.sh')
    expect(stdout).toContain('Building the web for 3.1.3+001')
    expect(code).toBe(0)
    expect(await readWorld(world)).toMatchObject({ serverCommit: commit, servedVersion: '3.1.3+001' })
    const again = await ssh('cd opt/harbour && ./scripts/deploy/update_and_deploy.sh && ./scripts/deploy/status.sh')
    expect(again.stdout).toContain('The web build of 3.1.3+001 is there already')
    expect(again.stdout).toMatch(/^web {3}up {3}\{"app_name":"harbour","version":"3.1.3"/m)
  })

  test('is proved by the product’s own verification', async () => {
    const verify = () =>
      attempt(['./scripts/deploy/verify_deployment.sh'], { cwd: world.server.directory, env: { ...world.environment } })
    expect(await verify()).toMatchObject({ code: 0, stdout: `${world.site.appUrl} serves 3.1.3+001\n` })
    world.breakSite()
    expect((await verify()).code).toBe(1)
    world.mendSite()
  })

  test('leaves the checkout clean', async () => {
    expect((await ssh('cd opt/harbour && git status --porcelain')).stdout).toBe('')
  })
})

async function enter(): Promise<Client> {
  const client = new ssh2.Client()
  const { host, port, user: username, keyFile } = world.server
  const privateKey = await readFile(keyFile)
  await new Promise((resolve, reject) =>
    client
      .on('ready', () => resolve(undefined))
      .on('error', reject)
      .connect({ host, port, username, privateKey }),
  )
  client.on('error', () => undefined)
  return client
}

/** Starts a command; `end` closes its input and resolves with what it printed. */
function run(client: Client, line: string) {
  return new Promise<{ end(): Promise<string> }>((resolve, reject) =>
    client.exec(line, (error, channel) => {
      if (error) return reject(error)
      let said = ''
      channel.on('data', (chunk: Buffer) => {
        said += chunk
      })
      const closed = new Promise<string>((close) => channel.on('close', () => close(said)))
      resolve({
        end() {
          channel.end()
          return closed
        },
      })
    }),
  )
}

function told(call: (done: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))
}

async function namesOfMarked(): Promise<readonly string[]> {
  const pids = await markedProcesses(world.server.environment[MARK] ?? '')
  const names = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(names)).map((name) => name.split('\0').join(' ').trim())
}

/** Looks again until it is so; the test's own time limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}
