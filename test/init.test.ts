/** `npm run init` as it is started, in a folder of its own, on a checkout of a small product. */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfiguration } from '../src/config/load.ts'
import { attempt, newFolder } from './sandbox/attempt.ts'

const ROOT = join(import.meta.dirname, '..')

let folder: string
let checkout: string
beforeAll(async () => {
  folder = await newFolder()
  checkout = join(folder, 'checkout')
  await mkdir(join(checkout, '.git'), { recursive: true })
  await writeFile(join(checkout, '.git', 'config'), '[remote "origin"]\n\turl = git@example.org:own/beacon.git\n')
  await writeFile(join(checkout, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(checkout, 'package.json'), '{ "name": "beacon", "version": "1.0.0" }')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function init(input: string, ...options: readonly string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  return attempt([process.execPath, join(ROOT, 'src/init.ts'), ...options], { cwd: folder, env, input })
}

test('piped answers and options write both files, for their owner alone, and the next command comes last', async () => {
  const { code, stdout, stderr } = await init(
    `${checkout}\n\n\n\n\n`,
    '--server',
    'ana@pier.example.org:/opt/beacon',
    '--data',
    './data',
  )
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const text = await readFile(join(folder, 'slipway.yaml'), 'utf8')
  expect(loadConfiguration(text, { file: join(folder, 'slipway.yaml'), home: folder })).toMatchObject({ ok: true })
  expect(text).toContain('git@example.org:own/beacon.git')
  expect(await readFile(join(folder, '.env'), 'utf8')).toContain(`SLIPWAY_DATA=${join(folder, 'data')}\n`)
  for (const name of ['slipway.yaml', '.env']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  expect(stdout).toContain('for place in origin server')
  expect(stdout.trim().split('\n').at(-1)).toBe('  npm run doctor -- --fix')
})

test('an empty first answer never makes Slipway its own product', async () => {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, INIT_CWD: ROOT }
  const said = await attempt([process.execPath, join(ROOT, 'src/init.ts')], {
    cwd: checkout,
    env,
    input: '\n\n\n\n\n\n',
  })
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('--repository FOLDER') })
  expect(said.stdout).not.toContain('slipway')
  const named = await attempt([process.execPath, join(ROOT, 'src/init.ts'), '--repository', ''], { cwd: ROOT, env })
  expect(named).toEqual({ code: 1, stdout: '', stderr: said.stderr })
})

test('what is there is not replaced unasked', async () => {
  await writeFile(join(folder, 'slipway.yaml'), 'mine')
  const again = ['--repository', checkout] as const
  expect(await init('', ...again)).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') })
  expect(await readFile(join(folder, 'slipway.yaml'), 'utf8')).toBe('mine')
  expect(await init('', ...again, '--force')).toMatchObject({ code: 0 })
  expect(await readFile(join(folder, 'slipway.yaml'), 'utf8')).toContain('beacon')
})

test('goes where SLIPWAY_CONFIG says, also where a chat is half set up', async () => {
  const config = join(folder, 'elsewhere.yaml')
  const env = { PATH: process.env.PATH ?? '', HOME: folder, SLIPWAY_CONFIG: config, DISCORD_GUILD_ID: '118100002' }
  const program = [process.execPath, join(ROOT, 'src/init.ts'), '--repository', checkout, '--force']
  expect(await attempt(program, { cwd: folder, env })).toMatchObject({ code: 0 })
  expect(await readFile(config, 'utf8')).toContain('beacon')
})

test('tokens in a .env are kept, and so are the places that it names; --force is for the configuration', async () => {
  const own = await newFolder()
  const set = `SLACK_BOT_TOKEN=xoxb-1234567890\nSLIPWAY_DATA=${own}/data\nSLIPWAY_CONFIG=${own}/s.yaml\n`
  await writeFile(join(own, '.env'), set, { mode: 0o600 })
  for (const options of [[], ['--force']]) {
    const { code, stdout } = await initIn(own, ...options)
    expect(code).toBe(0)
    expect(stdout).toContain(`Wrote ${own}/.env, and kept SLACK_BOT_TOKEN in it\nWrote ${own}/s.yaml\n`)
    expect(await readFile(join(own, '.env'), 'utf8')).toBe(set)
  }
  await chmod(join(own, '.env'), 0o666)
  const said = expect.stringContaining(`chmod go-w ${own}/.env`)
  expect(await initIn(own, '--force')).toMatchObject({ code: 1, stdout: '', stderr: said })
  expect(await readdir(own)).toEqual(['.env', 's.yaml'])
})

test.each([
  ['below a file', '/etc/passwd/x/s.yaml', '/etc/passwd is no folder', '--config FILE'],
  ['a folder', '/', '/ is there and no file', '--config FILE'],
])('a configuration that cannot be written, %s, is told before the first question', async (_, config, why, advice) => {
  const own = await newFolder()
  const { code, stdout, stderr } = await initIn(own, '--config', config)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain(`${config} cannot be written: ${why}.`)
  expect(stderr).toContain(advice)
  expect(await readdir(own)).toEqual([])
})

test('where the .env cannot be written, nothing is', async () => {
  const own = await newFolder()
  await mkdir(join(own, '.env'))
  const { code, stdout, stderr } = await initIn(own)
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(`${own}/.env cannot be written: `)])
  expect(await readdir(own)).toEqual(['.env'])
})

test('what the disk refuses at last is a sentence, and the next run is not refused for it', async () => {
  const own = await newFolder()
  const { code, stderr } = await initIn(own, '--config', 'a'.repeat(300))
  expect([code, stderr]).toEqual([1, expect.stringContaining('This could not be done: ')])
  expect(stderr).not.toContain('    at ')
  expect(await initIn(own, '--config', join(own, 's.yaml'))).toMatchObject({ code: 0 })
})

function initIn(cwd: string, ...options: readonly string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: cwd }
  return attempt([process.execPath, join(ROOT, 'src/init.ts'), '--repository', checkout, ...options], { cwd, env })
}

test.each([
  ['a folder without a product', ['--repository', '/'], 1, '/ has no pubspec.yaml'],
  ['a folder that is not there', ['--repository', '/nope'], 1, '/nope is no folder of this machine.'],
  ['a file in place of a folder', ['--repository', '/etc/passwd'], 1, '/etc/passwd is no folder of this machine.'],
  ['an option that is unknown', ['--colour', 'red'], 64, '--repository FOLDER'],
])('%s is told in a sentence', async (_, options, code, words) => {
  expect(await initIn(await newFolder(), ...options)).toMatchObject({ code, stderr: expect.stringContaining(words) })
})
