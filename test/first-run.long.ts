/** The first run as the README has it, on a fresh folder: init, then the doctor, then a dry run at `npm start`. */
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../sandbox/programs.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { attempt, newFolder } from './sandbox/attempt.ts'

const ROOT = join(import.meta.dirname, '..')

let folder: string
let world: World
beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  await run('git', ['clone', '--quiet', '--template=', world.origin.url, join(folder, 'checkout')])
  await mkdir(join(folder, '.ssh'), { mode: 0o700 })
  await cp(world.server.keyFile, join(folder, '.ssh', 'slipway_server'))
})
afterAll(async () => {
  await world.close()
})

function npmRun(script: string, input: string, ...options: readonly string[]) {
  const env = { PATH: process.env.PATH ?? '', ...world.environment, HOME: folder }
  return attempt([process.execPath, join(ROOT, 'src', `${script}.ts`), ...options], { cwd: folder, env, input })
}

test('leads from a checkout to a dry run in which every check passed', async () => {
  const { user, host, port, directory } = world.server
  const { isolation } = world
  const builder = isolation.kind === 'user' ? isolation.user : 'none'
  const answers = [
    join(folder, 'checkout'),
    '',
    '',
    'none',
    'none',
    `${user}@${host}:${port}:${directory}`,
    'none',
    builder,
    'yes',
  ]
  const asked = await npmRun('init', `${answers.join('\n')}\n`, '--config', 'etc/slipway.yaml', '--data', 'data')
  expect(asked.stderr).toBe('')
  expect(await readFile(join(folder, 'etc/slipway.yaml'), 'utf8')).toContain('{ file: pubspec.yaml, kind: pubspec }')

  const first = await npmRun('doctor', '', '--fix')
  expect(first.code).toBe(1)
  const [, compared = ''] = /--accept (SHA256:\S+)/.exec(first.stderr) ?? []
  const second = await npmRun('doctor', '', '--fix', '--accept', compared)
  expect(second.stdout).toContain('Nothing stands in the way of a release')
  expect(second.code).toBe(0)

  const dry = await npmRun('main', '/deploy 3.1.3 --dry-run\n')
  expect(dry.stdout).toContain('Dry run of harbour 3.1.3+001: every check passed')
})
