/** Row 4: a build that prints a gigabyte, five secrets in it: how long that takes, and what the whole bot holds meanwhile. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { type Configuration, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld } from '../sandbox/world.ts'
import { newFolder } from '../test/sandbox/attempt.ts'
import { interleaved, median, ratioOf, timed } from './measure.ts'
import { filesWithSecrets, loudBuild, watchForSecrets } from './parts/loud-build.ts'
import { runProgram } from './parts/programs.ts'

const ROOT = join(import.meta.dirname, '..')
const OWN = join(import.meta.dirname, 'parts/logged-build.ts')
const MB = 1024 * 1024
const [SMALL, LARGE, ROUNDS] = [10 * MB, 1024 * MB, 3]
const LOG_MB = 64

export async function longLog() {
  const { slipway, shell } = await againstShell()
  const { small, large } = await interleaved(ROUNDS, {
    small: () => residentWith(SMALL),
    large: () => residentWith(LARGE),
  })
  const most = median(large)
  return {
    "sh -c 'cmd > file'": ratioOf(slipway, shell),
    'peak resident memory, MB': { value: most, from: `${most.toFixed(0)} MB` },
    'the same with 10 MB': ratioOf(large, small, 'MB'),
  }
}

async function againstShell() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  const slipway = async () => {
    const took = Number(await runProgram([process.execPath, OWN, folder, ...loudBuild(LARGE)]))
    await expectMasked(folder, join(folder, 'build.log'))
    await rm(join(folder, 'build.log'))
    return took
  }
  try {
    const file = join(folder, 'plain')
    return await interleaved(ROUNDS, {
      slipway,
      shell: async () => {
        const took = await timed(() => runProgram(loudBuild(LARGE, file)))
        await rm(file)
        return took
      },
    })
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** Whole at both ends, and nothing raw in any file. */
async function expectMasked(folder: string, log: string): Promise<void> {
  const text = await readFile(log, 'utf8')
  if (!text.includes('hidden]') || !text.endsWith('\nlast\n')) throw new Error(`${log} is not the log of the build`)
  const raw = await filesWithSecrets(folder)
  if (raw.length > 0) throw new Error(`secrets lie in ${raw.join(', ')}`)
}

/** A real bot ships a product whose build prints so much; the most that it was resident with when the gate opens, MB. */
async function residentWith(bytes: number): Promise<number> {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  try {
    const data = join(folder, 'data')
    const loud = (configuration: Configuration) => {
      configuration.projects.harbour.build.targets.web.run.unshift([...loudBuild(bytes)])
      configuration.roles.crew.terminal.push(userInfo().username)
      return configuration
    }
    const watch = watchForSecrets(join(data, 'logs'))
    const resident = await shipped({
      ...world.environment,
      HOME: folder,
      SLIPWAY_CONFIG: await writeConfiguration(world, loud),
      SLIPWAY_DATA: data,
      SLIPWAY_LOG_MB: String(LOG_MB),
    }).finally(watch.stop)
    const raw = [...(await watch.found), ...(await filesWithSecrets(join(data, 'logs')))]
    if (raw.length > 0) throw new Error(`secrets lay in ${raw.join(', ')}`)
    return resident
  } finally {
    await world.close()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** Ships until the gate opens, which no pipe can answer. */
async function shipped(env: Readonly<Record<string, string>>): Promise<number> {
  const [, , ...args] = manifest.scripts.start.split(' ')
  const bot = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    bot.stdin.write('/deploy 3.1.3\n')
    let said = ''
    for await (const chunk of bot.stdout.setEncoding('utf8')) {
      said = `${said}${chunk}`.slice(-100_000)
      if (/submit harbour 3\.1\.3\+001|is stopped/.test(said)) break
    }
    if (!said.includes('submit harbour')) throw new Error(said)
    const status = await readFile(`/proc/${bot.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  } finally {
    bot.kill('SIGKILL')
  }
}
