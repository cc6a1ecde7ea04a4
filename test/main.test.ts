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
  await first.answers('/help')
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

/** Its input stays open, as a terminal's does. */
function start(program: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join(ROOT, program), ...args], { env, cwd: folder })
  started.push(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const answered = new Promise((resolve) => child.stdout.once('data', resolve))
  return {
    child,
    stderr: text(child.stderr),
    ended,
    answers: async (line: string) => {
      child.stdin.write(`${line}\n`)
      await Promise.race([answered, ended])
    },
  }
}
