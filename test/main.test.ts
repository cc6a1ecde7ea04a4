/** The bot as it is started on a machine: a process of its own, with a configuration and a data folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJournal } from '../src/tools/journal.ts'
import { printed } from './canary/leave.ts'
import { ANA } from './discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from './discord-server/server.ts'
import { drive } from './release/sample.ts'

const ROOT = join(import.meta.dirname, '..')

let folder = ''
let env: Record<string, string> = {}
const started: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-'))
  const configuration = join(folder, 'slipway.yaml')
  const example = await readFile(join(ROOT, 'examples', 'cloudtolocalllm.yaml'), 'utf8')
  await writeFile(configuration, example.replace('[PATH, LANG, PUB_CACHE]', '[PATH, LANG, PUB_TOKEN]'), { mode: 0o600 })
  env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SLIPWAY_CONFIG: configuration,
    SLIPWAY_DATA: join(folder, 'data'),
    PUB_TOKEN: 'passed-on-to-builds',
  }
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
})

describe('a bot that runs', () => {
  let bot: ReturnType<typeof start>
  let stray: Promise<unknown>
  let greeting = ''
  beforeAll(async () => {
    stray = once(await leftBehind(), 'exit')
    bot = start('src/main.ts')
    greeting = await bot.help()
  })

  test('has ended what a killed one had left before it heard anybody', async () => {
    expect(await stray).toEqual([null, 'SIGTERM'])
  })

  test('says what it ships, and how to begin', () => {
    expect(greeting).toContain('Slipway ships CloudToLocalLLM (cloudtolocalllm).')
    expect(greeting).toContain('/help shows the commands, /deploy offers the next versions.')
  })

  test('keeps a second one off its data folder, which says who has it and exits 75', async () => {
    const second = start('src/main.ts')
    expect(await second.ended).toBe(75)
    const said = await second.stderr
    expect(said).toContain(`process ${bot.child.pid}, since 2`)
    expect(said).toContain(`kill ${bot.child.pid}`)
  })

  const COMMANDS: readonly (readonly [string, readonly string[], number, string])[] = [
    ['is answered', ['status'], 0, 'Nothing is being deployed'],
    ['is refused with a command that works in a shell', ['approve'], 1, 'npm run slipway -- status'],
    ['has its words kept together', ['help', 'approve ; deny'], 1, '"approve ; deny"'],
    ['is not told a secret that builds are given', ['help', 'passed-on-to-builds'], 1, 'hidden]"'],
    ['is a whole line where it is one argument', ['help approve'], 0, 'Say yes to what a deployment asks'],
  ]
  test.each(COMMANDS)('hears a shell: a command %s', async (_, words, code, answer) => {
    const client = start('src/slipway.ts', words)
    expect(await client.ended).toBe(code)
    expect(await client.stdout).toContain(answer)
  })

  test('leaves neither hold nor socket after a clean stop, and a shell says that there is none', async () => {
    expect(await readdir(join(folder, 'data'))).toEqual(expect.arrayContaining(['bot.hold', 'bot.sock']))
    bot.child.kill('SIGTERM')
    expect(await bot.ended).toBe(0)
    const left = await readdir(join(folder, 'data'))
    expect(left.filter((name) => name.startsWith('bot.') && name !== 'bot.json')).toEqual([])
    const client = start('src/slipway.ts', ['status'])
    expect(await client.ended).toBe(69)
    expect(await client.stderr).toContain('npm start')
  })
})

test.each([
  ['npm, as a container is', 1],
  ['its whole group, as a service is', -1],
] as const)('started with npm start and told to end through %s, it ends in order', async (_, sign) => {
  const data = await mkdtemp(join(folder, 'npm-'))
  const server = await createDiscordServer()
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...env, ...inDiscord(server), SLIPWAY_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  started.push(npm)
  npm.stdout.resume()
  await server.gateway.connected()
  // Closed by the last one that could write to it.
  const closed = once(npm.stdout, 'close')
  process.kill((npm.pid ?? 0) * sign, 'SIGTERM')
  await closed
  const left = await readdir(data)
  expect(left.filter((name) => name.startsWith('bot.') && name !== 'bot.json')).toEqual([])
  await server.close()
})

test('lives on where the client of Discord leaves an error to nobody, and ends with any other', async () => {
  // SIGUSR2 stands for what the client does when its connection is cut just then.
  const script = `let count = 0
    const errors = ['WebSocket is not open: readyState 0 (CONNECTING)', 'anything else']
    process.on('SIGUSR2', () => void Promise.reject(new Error(errors[count++])))`
  const option = `--import=data:text/javascript,${encodeURIComponent(script)}`
  const bot = start('src/main.ts', [], { NODE_OPTIONS: option })
  await bot.help()
  bot.child.kill('SIGUSR2')
  await once(bot.child.stderr, 'data')
  await bot.help()
  bot.child.kill('SIGUSR2')
  expect(await bot.ended).not.toBe(0)
  expect(await bot.stderr).toMatch(/^Discord: the connection was cut while it was made[\s\S]*anything else/)
})

test('how long a deployment was left alone counts from when a bot was last there, which one that cannot start never was', async () => {
  const data = await mkdtemp(join(folder, 'left-'))
  const hand = drive()
  hand.start()
  hand.run()
  await (await createJournal(data)).append(42, hand.journal)
  const lastThere = new Date(Date.now() - 5 * 60_000)
  await writeFile(join(data, 'alive'), '')
  await utimes(join(data, 'alive'), lastThere, lastThere)
  await rename(join(data, 'locks'), join(data, 'locks-set-aside'))
  await writeFile(join(data, 'locks'), '')
  expect(await start('src/main.ts', [], { SLIPWAY_DATA: data }).ended).toBe(78)
  await rm(join(data, 'locks'))
  await rename(join(data, 'locks-set-aside'), join(data, 'locks'))
  const bot = start('src/main.ts', [], { SLIPWAY_DATA: data })
  await bot.help()
  const written = await readFile(join(data, 'open', '42.json'), 'utf8')
  expect(/"type":\s*"resumed",\s*"away":\s*5\b/.test(written)).toBe(true)
  bot.child.kill('SIGKILL')
  await bot.ended
})

test('a start with a token that Discord refuses ends with the reason, and lets the data folder go', async () => {
  const server = await createDiscordServer()
  server.gateway.rejectTokens()
  const bot = start('src/main.ts', [], inDiscord(server))
  expect(await bot.ended).toBe(78)
  expect(await bot.stderr).toMatch(/Discord does not accept the token in DISCORD_TOKEN[\s\S]*4004[\s\S]*Reset Token/)
  expect(await readdir(join(folder, 'data'))).not.toContain('bot.hold')
  await server.close()
})

test('told to end while Discord does not answer, it ends, and what it was about to say is not tried again', async () => {
  const server = await createDiscordServer()
  const isAnswer = (request: string) => request.startsWith('PATCH /webhooks')
  server.faults.add(/^PATCH \/webhooks/, 'hang', 10)
  const bot = start('src/main.ts', [], inDiscord(server))
  await server.until(() => server.state.commands.length > 0)
  await server.gateway.connected()
  server.types(ANA, 'help')
  await expect.poll(() => server.requests.some(isAnswer)).toBe(true)
  bot.child.kill('SIGTERM')
  expect(await bot.ended).toBe(0)
  expect(server.requests.filter(isAnswer)).toHaveLength(1)
  await server.close()
})

test('in Discord it starts without a warning, is there again after a cut, and ends in order', async () => {
  const server = await createDiscordServer()
  const bot = start('src/main.ts', [], { ...inDiscord(server), NODE_OPTIONS: '--trace-warnings --trace-deprecation' })
  await server.until(() => server.state.commands.length > 0)
  await server.gateway.connected()
  server.gateway.cut()
  server.types(ANA, 'help')
  const answer = await server.until(() => server.privately(ANA)[0])
  expect(textOfMessage(answer)).toContain('What Slipway understands')
  bot.child.kill('SIGTERM')
  expect(await bot.ended).toBe(0)
  expect(await bot.stderr).toBe('')
  await server.close()
})

test.each([
  ['no configuration', { SLIPWAY_CONFIG: 'nowhere.yaml' }, 78, 'There is no configuration at'],
  ['a folder as configuration', { SLIPWAY_CONFIG: '.' }, 78, 'cannot be read: EISDIR'],
  ['a file as data folder', { SLIPWAY_DATA: 'slipway.yaml' }, 78, 'slipway.yaml cannot be used: EEXIST'],
])('a start with %s ends with a sentence that says what to set', async (_, more, code, words) => {
  const bot = start('src/main.ts', [], more)
  expect(await bot.ended).toBe(code)
  const said = await bot.stderr
  expect(said).toContain(words)
  expect(said).toContain('SLIPWAY_')
  expect(said).not.toContain('    at ')
})

test.each([
  ['src/main.ts', 'npm start starts Slipway, and takes no options'],
  ['src/slipway.ts', 'npm run slipway -- <command>'],
  ['src/init.ts', 'npm run init asks what it needs to know'],
  ['src/doctor.ts', 'npm run doctor knows three options'],
  ['src/certificate.ts', 'npm run certificate -- verify FILE'],
  ['src/audit.ts', 'npm run audit checks every journal'],
])('%s says what it is for, where it is asked, and does nothing else', async (program, words) => {
  for (const asked of ['--help', '-h']) {
    const { ended, stdout, stderr } = start(program, [asked], { SLIPWAY_CONFIG: 'nowhere.yaml' })
    expect([await ended, await stderr]).toEqual([0, ''])
    expect(await stdout).toContain(words)
  }
})

function inDiscord({ token, applicationId, guildId, apiUrl }: DiscordServer) {
  return {
    DISCORD_TOKEN: token,
    DISCORD_APPLICATION_ID: applicationId,
    DISCORD_GUILD_ID: guildId,
    DISCORD_API_URL: apiUrl,
  }
}

/** A process that a killed bot had started, with its note. */
async function leftBehind(): Promise<ChildProcess> {
  const mark = 'ab'.repeat(16)
  const notes = join(folder, 'data', 'processes')
  await mkdir(notes, { recursive: true })
  await writeFile(join(notes, `${mark}.json`), '{"program":"sleep"}')
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { ...env, SLIPWAY_STEP: mark } })
  started.push(child)
  return child
}

/** Whoever may write it could name another configuration. */
test('a .env that others may write is left out, and why is said', async () => {
  const own = await mkdtemp(join(folder, 'env-'))
  const file = join(own, '.env')
  await writeFile(file, 'SLIPWAY_CONFIG=/nowhere.yaml\n', { mode: 0o600 })
  expect(await saidIn(own)).toContain('There is no configuration at /nowhere.yaml')
  await chmod(file, 0o666)
  const said = await saidIn(own)
  expect(said).toContain(
    `${file} may be written by everybody on this machine, who could change what is run. So it is left out.`,
  )
  expect(said).toContain(`  chmod go-w ${file}\n`)
  expect(said).toContain(`There is no configuration at ${join(own, 'slipway.yaml')}`)
})

async function saidIn(cwd: string): Promise<string> {
  const { PATH = '' } = env
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], { env: { PATH, HOME: cwd }, cwd })
  const [said] = await Promise.all([printed(child.stderr), once(child, 'exit')])
  return said
}

/** Its input stays open, as a terminal's does. */
function start(program: string, args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(ROOT, program), ...args], { env: { ...env, ...more }, cwd: folder })
  started.push(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const HELP = 'What Slipway understands'
  const helped = new Promise<string>((resolve) => {
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (said.includes(HELP)) resolve(said)
    })
  })
  return {
    child,
    stdout: printed(child.stdout),
    stderr: printed(child.stderr),
    ended,
    /** Everything that it said up to the answer. */
    help: () => {
      child.stdin.write('/help\n')
      return Promise.race([helped, ended.then(String)])
    },
  }
}
