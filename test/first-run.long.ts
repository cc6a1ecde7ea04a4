/** The first run as the README has it: its very lines, on a fresh folder, from the questions to a dry run. */
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../sandbox/programs.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { attempt, newFolder } from './sandbox/attempt.ts'

const ROOT = join(import.meta.dirname, '..')

let folder: string
let slipway: string
let world: World
beforeAll(async () => {
  folder = await newFolder()
  slipway = join(folder, 'slipway')
  world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  await run('git', ['clone', '--quiet', '--template=', world.origin.url, join(folder, 'checkout')])
  await mkdir(slipway)
  const fresh = (await readdir(ROOT)).filter((name) => !name.startsWith('.env'))
  await Promise.all(fresh.map((name) => symlink(join(ROOT, name), join(slipway, name))))
})
afterAll(() => world.close())

/** Lines of the README's first run, as its blocks and sentences hold them. */
async function lineOfReadme(begins: string): Promise<string> {
  const [, part = ''] = /^## First run\n(.*?)^## /ms.exec(await readFile(join(ROOT, 'README.md'), 'utf8')) ?? []
  const blocks = [...part.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block = '']) => block.replace(/^ {3}/gm, ''))
  const said = [...part.matchAll(/`(\/[^`]+)`/g)].map(([, line = '']) => line)
  const found = [...blocks, ...said].find((text) => text.startsWith(begins))
  if (found === undefined) throw new Error(`the README's first run has no line that begins with ${begins}`)
  return found.trim()
}

/** Typed in the folder of Slipway; what belongs to the whole machine lies in a folder of its own. */
async function types(line: string, input = '', more = '') {
  const env = {
    PATH: `${dirname(process.execPath)}:${world.environment.PATH ?? ''}`,
    ...world.environment,
    HOME: folder,
    SLIPWAY_DATA: join(folder, 'data'),
    npm_config_cache: join(folder, 'npm'),
    npm_config_update_notifier: 'false',
  }
  const here = line.replaceAll('/etc/slipway', join(folder, 'etc'))
  return attempt(['sh', '-euc', `${here}${more}`], { cwd: slipway, env, input })
}

test('leads from a checkout to a dry run in which every check passed', async () => {
  const { user, host, port, directory, keyFile } = world.server
  const builder = world.isolation.kind === 'user' ? world.isolation.user : 'none'
  const at = `${user}@${host}:${port}:${directory}`
  const answers = [join(folder, 'checkout'), '', '', 'none', 'none', at, 'none', builder, 'yes']
  const asked = await types(await lineOfReadme('npm run init'), `${answers.join('\n')}\n`)
  expect(asked.stderr).toBe('')
  expect(await readFile(join(folder, 'etc/slipway.yaml'), 'utf8')).toContain('{ file: pubspec.yaml, kind: pubspec }')
  expect(await readFile(join(slipway, '.env'), 'utf8')).toContain(`SLIPWAY_CONFIG=${join(folder, 'etc/slipway.yaml')}`)

  expect(await types(await lineOfReadme('install -d -m 700 ~/.ssh'))).toMatchObject({ code: 0, stderr: '' })
  expect((await readdir(join(folder, '.ssh'))).filter((name) => !name.endsWith('.pub'))).toHaveLength(4)
  await copyFile(keyFile, join(folder, '.ssh', 'slipway_server'))

  const doctor = await lineOfReadme('npm run doctor')
  const first = await types(doctor)
  expect(first.code).toBe(1)
  const [, compared = ''] = /--accept (SHA256:\S+)/.exec(first.stderr) ?? []
  const second = await types(doctor, '', ` --accept ${compared}`)
  expect(second.stdout).toContain('Nothing stands in the way of a release')
  expect(second.code).toBe(0)

  const dry = await types(await lineOfReadme('npm start'), `${await lineOfReadme('/deploy 3.1.3 --dry-run')}\n`)
  expect(dry.stdout).toContain('Dry run of harbour 3.1.3+001: every check passed')
  expect(dry.code).toBe(0)
})
