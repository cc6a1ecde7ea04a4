/** The doctor as it is started on a machine, on the sandbox: what it finds, what it mends, and what it says by its exit code. */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PERSON, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { createDiscordServer } from './discord-server/server.ts'
import { attempt, newFolder } from './sandbox/attempt.ts'

const ROOT = join(import.meta.dirname, '..')

let folder: string
let world: World
let configuration: string
let data: string
let more: Readonly<Record<string, string>> = {}

beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world') })
  configuration = await writeConfiguration(world)
  data = join(folder, 'data')
})
afterAll(async () => {
  await world.close()
})

async function doctor(...options: readonly string[]) {
  const { PATH = '' } = process.env
  const env = { PATH, ...more, ...world.environment, HOME: folder, SLIPWAY_CONFIG: configuration, SLIPWAY_DATA: data }
  return attempt([process.execPath, join(ROOT, 'src/doctor.ts'), ...options], { cwd: folder, env })
}

interface Told {
  readonly ok: boolean
  readonly findings: readonly { about: string; standing: string; what: string; command?: string; mendable: boolean }[]
}

describe('the doctor, where nothing is ready', () => {
  let pins: string
  beforeAll(async () => {
    pins = await readFile(world.server.knownHostsFile, 'utf8')
    await writeFile(world.server.knownHostsFile, '')
  })

  test('says what is missing with what mends it, makes nothing, and ends with 1', async () => {
    const { code, stdout } = await doctor()
    expect(stdout).toContain(`BAD   data folder: ${data} does not exist.`)
    expect(stdout).toContain(`$ install -d -m 711 ${data}`)
    expect(stdout).toContain('is not pinned in')
    expect(stdout).toContain('--fix fixes 2 of them')
    expect(code).toBe(1)
    await expect(readFile(data)).rejects.toThrow('ENOENT')
  })

  test('mends the folder by itself, and a key only once it was compared', async () => {
    const { stdout, stderr } = await doctor('--fix', '--json')
    expect(stderr).toContain(`Made the folder ${data}`)
    expect(stderr).toContain('Not pinned')
    expect((JSON.parse(stdout) as Told).findings.filter(({ mendable }) => mendable)).toHaveLength(1)
    expect(await readFile(world.server.knownHostsFile, 'utf8')).toBe('')
    const [, compared = ''] = /--accept (SHA256:\S+)/.exec(stderr) ?? []
    const ready = await doctor('--fix', '--accept', compared)
    expect(pins).toContain((await readFile(world.server.knownHostsFile, 'utf8')).trim())
    for (const words of [
      'configuration: ',
      'what is released: 3.1.2+001, read from the tag v3.1.2+001, the AUR and the server.',
      'is pinned in',
      'clock: agrees with',
      'a rollback puts 3.1.2+001 back',
      'Nothing stands in the way of a release',
    ])
      expect(ready.stdout).toContain(words)
    expect(ready.code).toBe(0)
    expect((await readdir(data)).filter((name) => name.startsWith('doctor'))).toEqual([])
  })
})

test('a configuration that others may write is all that is told', async () => {
  await chmod(configuration, 0o666)
  const { code, stdout } = await doctor()
  expect(stdout).toContain('BAD   configuration: ')
  expect(stdout).toContain('chmod go-w')
  expect(code).toBe(1)
})

test('who may answer the gates is told before anybody has to', async () => {
  await rm(configuration)
  configuration = await writeConfiguration(world, (written) => {
    written.roles.crew.terminal = [`${PERSON}-else`]
    written.projects.harbour.approvals.requesterMayApprove = false
    written.projects.harbour.access.approve = []
    return written
  })
  const { findings } = JSON.parse((await doctor('--json')).stdout) as Told
  expect(findings).toContainEqual(
    expect.objectContaining({ about: 'harbour, Who may answer the gates', standing: 'bad' }),
  )
})

test('a chat is asked what its token may do there', async () => {
  const server = await createDiscordServer()
  more = {
    DISCORD_TOKEN: server.token,
    DISCORD_APPLICATION_ID: server.applicationId,
    DISCORD_GUILD_ID: '123456789012345678',
    DISCORD_API_URL: server.apiUrl,
  }
  const { stdout } = await doctor()
  expect(stdout).toContain('BAD   Discord: Slipway is not in the Discord server 123456789012345678.')
  expect(stdout).toContain('permissions=309237763072')
  await server.close()
})

test('an option that it does not know is told with those that it knows', async () => {
  expect(await doctor('--mend')).toMatchObject({ code: 64, stderr: expect.stringContaining('--fix') })
})
