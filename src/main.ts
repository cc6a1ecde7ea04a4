/** `npm start`: reads the environment and the configuration, and starts the bot where people talk. */
import { randomUUID } from 'node:crypto'
import { flushCompileCache } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { isCutIntroduction } from '../adapters/discord/stray.ts'
import { withControl } from '../adapters/socket/control.ts'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import { compose } from './compose.ts'
import type { Settings } from './config/environment.ts'
import { passedSecrets } from './config/passed-secrets.ts'
import { readEnvFile } from './env-file.ts'
import { createPlatforms, type Platform } from './platforms.ts'
import { leveled } from './release/log-level.ts'
import type { Project } from './release/project.ts'
import { createMasker } from './release/redact.ts'
import { readProjects, readSettings } from './setup.ts'
import { createClock } from './tools/clock.ts'
import { lastBeat, startHeart } from './tools/heart.ts'
import { type Hold, takeHold } from './tools/instance.ts'
import { isHelp } from './tools/is-help.ts'
import { NewerSchema } from './tools/journal/stored.ts'
import { listenForLines } from './tools/line-socket.ts'
import { KeyRefused } from './tools/signing.ts'
import { toldToEnd } from './tools/told-to-end.ts'

/** What `sysexits.h` calls EX_CONFIG and EX_TEMPFAIL. */
const MISCONFIGURED = 78
const TRY_LATER = 75

const USAGE = `npm start starts Slipway, and takes no options: the environment and the .env of this folder say what it works on.
  npm run init                 writes slipway.yaml and .env
  npm run doctor               says what would stop a release
  npm run slipway -- status    asks the one that runs
`

if (isHelp(process.argv.slice(2))) process.stdout.write(USAGE)
else await main()

async function main(): Promise<void> {
  await readEnvFile()
  const settings = await settingsOf(process.env)
  const projects = await projectsOf(settings.configFile)
  const dataFolder = resolve(settings.dataFolder)
  const hold = await holdOf(dataFolder)
  const told = toldToEnd()
  const { stdin, stdout } = process
  const terminal = createTerminal({
    input: stdin,
    output: stdout,
    isTty: stdin.isTTY === true && stdout.isTTY === true,
    columns: () => stdout.columns ?? 80,
    rows: () => stdout.rows ?? 24,
    env: process.env,
    user: userInfo().username,
    now: Date.now,
  })
  const secrets = [...settings.secrets, ...passedSecrets(projects, process.env)]
  const { mask } = createMasker(secrets)
  const write = (line: string) => void process.stderr.write(`${mask(line)}\n`)
  const log = leveled(settings.logLevel, write)
  process.on('unhandledRejection', (error) => {
    if (!isCutIntroduction(error)) throw error
    log(`Discord: the connection was cut while it was made (${error.message}); the next one is on its way`)
  })
  const pulse = join(dataFolder, 'alive')
  const before = await lastBeat(pulse)
  const lastAlive = before === undefined ? {} : { lastAlive: before }
  const platforms = await createPlatforms(settings, { dataFolder, projects, clock: createClock(), ...lastAlive, log })
  const control = withControl(terminal, {
    listen: (answer) => listenForLines(join(dataFolder, 'bot.sock'), answer),
    user: userInfo().username,
    newId: randomUUID,
    log,
  })
  const { bot, stop } = await compose({
    projects,
    chats: [control, ...platforms],
    dataFolder,
    scratchFolder: tmpdir(),
    secrets,
    ...lastAlive,
    logBytes: settings.logBytes,
    ...(settings.signingKey !== undefined && { signingKey: settings.signingKey }),
    env: process.env,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    log: write,
    logLevel: settings.logLevel,
  }).catch(unusable(dataFolder))
  // Only now: one that fails at every start looks after nothing, however often it is started.
  const heart = await startHeart(pulse)
  for (const line of greeting(settings, projects)) stdout.write(`${line}\n`)
  await bot.start()
  /** Also for a bot that is killed later. */
  flushCompileCache()
  const lost = lostOf(platforms)
  const left = await Promise.race([terminal.left, told, lost])
  if (left === 'end of input') await Promise.race([platforms.length > 0 ? lost : bot.idle(), told, lost])
  await stop()
  await heart.stop()
  await hold.release()
  // What still waits for a platform's answer would be tried again, beside the next bot: what is due is in the journal.
  process.exit()
}

/** Resolves where a platform refuses the bot for good: it ends, since it would be deaf there, and says why. */
async function lostOf(platforms: readonly Platform[]): Promise<void> {
  const { what, why, remedy } = await Promise.race(platforms.map(({ lost }) => lost))
  process.stderr.write(`${what}\n  ${why}\n  ${remedy}\n`)
  process.exitCode = MISCONFIGURED
}

/** What this bot ships, where it listens, and how to begin. */
function greeting({ slack, discord }: Settings, projects: readonly Project[]): readonly string[] {
  const places = [...(slack ? ['Slack'] : []), ...(discord ? ['Discord'] : [])]
  return [
    `Slipway ships ${projects.map(({ title, name }) => (title === name ? name : `${title} (${name})`)).join(', ')}.`,
    ...(places.length === 0 ? [] : [`It connects to ${places.join(' and ')}, and listens here.`]),
    '/help shows the commands, /deploy offers the next versions.',
  ]
}

/** Before anything is read or written there: two bots would overwrite each other. */
async function holdOf(dataFolder: string): Promise<Hold> {
  const at = (time: number) => new Date(time).toISOString()
  const tell = (lastSign: number, until: number) =>
    void process.stderr.write(
      `A Slipway that cannot be seen from here, on another machine or in another container, or of before a restart of this machine, worked on ${dataFolder} at ${at(lastSign)}.\n  This one waits until ${at(until)}, and starts then unless the other still lives.\n`,
    )
  const taken = await takeHold(dataFolder, { clock: createClock(), tell }).catch(unusable(dataFolder))
  if (!('heldBy' in taken)) return taken
  const { pid, since } = taken.heldBy
  return refuse(
    [
      `Another Slipway already works on ${dataFolder}: process ${pid}, since ${new Date(since).toISOString()}.`,
      '  Two would overwrite each other, so this one has not started. To talk to the other: npm run slipway -- status',
      `  To end it in order: kill ${pid}. To run both, give this one a folder of its own in SLIPWAY_DATA.`,
    ].join('\n'),
    TRY_LATER,
  )
}

/** What the disk refuses is for whoever set the folder up; everything else is a fault of our own. */
function unusable(dataFolder: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error instanceof KeyRefused) return refuse(error.message)
    if (error instanceof NewerSchema)
      return refuse(`${error.message}.\n  Nothing was changed. Start the version that wrote it, or a newer one.`)
    if (error.syscall === undefined) throw error
    return refuse(
      `The data folder ${dataFolder} cannot be used: ${error.message}.\n  Give it to this account, or set SLIPWAY_DATA to a folder that this account may write.`,
    )
  }
}

async function settingsOf(env: NodeJS.ProcessEnv): Promise<Settings> {
  const read = await readSettings(env)
  if (read.ok) return read.settings
  return refuse(read.mistakes.map(({ name, what, remedy }) => `${name}: ${what}\n  ${remedy}`).join('\n'))
}

async function projectsOf(configFile: string): Promise<readonly Project[]> {
  const read = await readProjects(configFile)
  return read.ok ? read.projects : refuse(read.message)
}

function refuse(message: string, code = MISCONFIGURED): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
