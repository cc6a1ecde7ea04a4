/** The bot as it is started on a machine: a process of its own, with a configuration and a data folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

let folder = ''
let env: Record<string, string> = {}
const started: ChildProcess[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-'))
  const configuration = join(folder, 'slipway.yaml')
  await copyFile(join(ROOT, 'examples', 'cloudtolocalllm.yaml'), configuration)
  await chmod(configuration, 0o600)
  env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SLIPWAY_CONFIG: configuration,
    SLIPWAY_DATA: join(folder, 'data'),
  }
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

test('a second bot on one data folder says who has it and exits 75, and the folder is free after a clean stop', async () => {
  const first = start('src/main.ts')
  await first.help()
  const second = start('src/main.ts')
  expect(await second.ended).toBe(75)
  const said = await second.stderr
  expect(said).toContain(`process ${first.child.pid}, since 2`)
  expect(said).toContain(`kill ${first.child.pid}`)
  expect(await readdir(join(folder, 'data'))).toContain('bot.hold')
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(await readdir(join(folder, 'data'))).not.toContain('bot.hold')
})

test('a start says what it ships, and which settings have no effect yet', async () => {
  const bot = start('src/main.ts', [], { SLIPWAY_DATA: join(folder, 'greeted') })
  const said = await bot.help()
  expect(said).toContain('Slipway ships CloudToLocalLLM (cloudtolocalllm).')
  expect(said).toMatch(/without effect in this version: onCall, runbook, vps\.restart/)
  bot.child.kill('SIGTERM')
  expect(await bot.ended).toBe(0)
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
    stderr: text(child.stderr),
    ended,
    /** Everything that it said up to the answer. */
    help: () => {
      child.stdin.write('/help\n')
      return Promise.race([helped, ended.then(String)])
    },
  }
}
