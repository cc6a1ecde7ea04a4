/**
 * `npm run bench:log`: a real bot ships a product whose build prints 1 GB. Prints the most memory that the bot held and what its
 * log came to; exits with 1 where it was 200 MB or more, or where the log is not as long as it may be and whole at both ends.
 */
import { spawn } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { type Configuration, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld } from '../sandbox/world.ts'
import { newFolder } from '../test/sandbox/attempt.ts'

/** As `npm start` starts it: how much may be young in memory is said there. */
const ROOT = join(import.meta.dirname, '..')
const MB = 1024 * 1024
const PRINTED = 1024 * MB
const MOST_RESIDENT = 200 * MB
const LOG_MB = 64
const TALK = `echo first; yes "a line of the build, as long as lines of builds usually are" | head -c ${PRINTED}; echo; echo last`

const folder = await newFolder()
const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
try {
  const resident = await shipped(await writeConfiguration(world, talkative))
  const log = await readLog(join(folder, 'data', 'logs', '1'))
  const missing = Number(/\n\[(\d+) bytes left out\]\n/.exec(log.text)?.[1] ?? 0)
  const isWhole = log.text.includes('first\n') && log.text.includes('\nlast\n') && log.bytes + missing > PRINTED
  const isBounded = log.bytes < (LOG_MB + 1) * MB && log.bytes > (LOG_MB - 2) * MB
  say(
    `The bot held at most ${inMb(resident)} MB; its log came to ${inMb(log.bytes)} MB and says that ${inMb(missing)} MB are missing.`,
  )
  process.exitCode = resident > 0 && resident < MOST_RESIDENT && isWhole && isBounded ? 0 : 1
} finally {
  await world.close()
  await rm(folder, { recursive: true })
}

function talkative(configuration: Configuration): Configuration {
  configuration.projects.harbour.build.targets.web.run.unshift(['sh', '-c', TALK])
  configuration.roles.crew.terminal.push(userInfo().username)
  return configuration
}

/** Ships until the gate opens, which no pipe can answer; the most bytes that the bot was resident with by then. */
async function shipped(configuration: string): Promise<number> {
  const env = {
    ...process.env,
    ...world.environment,
    HOME: folder,
    SLIPWAY_CONFIG: configuration,
    SLIPWAY_DATA: join(folder, 'data'),
    SLIPWAY_LOG_MB: String(LOG_MB),
  }
  const [, ...args] = manifest.scripts.start.split(' ')
  const bot = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    bot.stdin.write('/deploy 3.1.3\n')
    let said = ''
    for await (const chunk of bot.stdout.setEncoding('utf8')) {
      said = `${said}${chunk}`.slice(-100_000)
      if (/submit harbour 3\.1\.3\+001|is stopped/.test(said)) break
    }
    if (!said.includes('submit harbour')) say(said)
    return await mostResident(bot.pid)
  } finally {
    bot.kill('SIGKILL')
  }
}

/** `VmHWM` of proc_pid_status(5), bytes. */
async function mostResident(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

async function readLog(logs: string): Promise<{ readonly bytes: number; readonly text: string }> {
  const name = (await readdir(logs)).find((each) => each.startsWith('build.target.web')) ?? ''
  return { bytes: (await stat(join(logs, name))).size, text: await readFile(join(logs, name), 'utf8') }
}

function inMb(bytes: number): string {
  return (bytes / MB).toFixed(1)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
