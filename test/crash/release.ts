/** One release in a world of its own that outlives its bot: the bot is killed, started again, and what came of it is looked at. */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readWorld } from '../../sandbox/check.ts'
import { type Configuration, writeConfiguration } from '../../sandbox/configuration.ts'
import type { Scene } from '../../sandbox/faults.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { searchFolder } from '../canary/search.ts'
import { CANARIES } from '../canary/secrets.ts'
import { newFolder } from '../sandbox/attempt.ts'
import type { Begun, BotNotice, BotSettings } from './bot.ts'
import { faultsOf, type Left } from './judge.ts'
import type { Stage } from './play.ts'
import type { Passed, Point } from './points.ts'

export interface Trial {
  /** Where the first bot is killed; absent: it is not. */
  readonly kill?: Point
  /** Has the last word on the configuration, after the counting of what runs on the server. */
  readonly configure?: (configuration: Configuration, world: World) => unknown
  /** Who answers; absent: somebody who only approves. */
  readonly person?: 'on call'
  /** Called with the world before the bot starts. */
  readonly prepare?: (world: World) => Promise<unknown>
  /** Called as each step of a bot begins; the step waits for it. */
  readonly began?: (begun: Begun, scene: Scene) => unknown
  /** What is wrong of what every release is judged by; absent: of one that is complete. */
  readonly judge?: (left: Left) => Promise<readonly string[]>
  /** What is wrong besides. */
  readonly faults?: (left: Left) => Promise<readonly string[]>
}

export interface Verdict {
  /** What the bot was about to do, or had done, when it was killed. */
  readonly killed?: string
  /** What is not as it should be; nothing where the release ended right. */
  readonly faults: readonly string[]
  readonly passed: Passed
  readonly ms: number
}

/** A world, where a release in it has its files, and what it will be judged by. */
export interface Ground extends Left {
  readonly folder: string
  readonly stage: Stage
  close(): Promise<void>
}

const NOTHING: Passed = []
/** A bot that has not come to an end by then never will. */
const LONGEST_MS = 180_000

export async function tryRelease(trial: Trial): Promise<Verdict> {
  const began = Date.now()
  const ground = await openGround(trial)
  const { world } = ground
  const killedFile = join(ground.folder, 'killed')
  try {
    await trial.prepare?.(world)
    const first = await runBot({ ...ground.stage, killedFile, ...(trial.kill && { kill: trial.kill }) }, trial, ground)
    const killed = existsSync(killedFile) ? await readFile(killedFile, 'utf8') : undefined
    const last = killed === undefined ? first : await runBot({ ...ground.stage, killedFile }, trial, ground)
    const missed = trial.kill && killed === undefined ? ['the release never came to this point'] : []
    const faults = [
      ...missed,
      ...last.faults,
      ...(await (trial.judge ?? faultsOf)(ground)),
      ...((await trial.faults?.(ground)) ?? []),
      ...searchFolder(ground.folder).found,
    ]
    return { ...(killed !== undefined && { killed }), faults, passed: last.passed, ms: Date.now() - began }
  } finally {
    await ground.close()
  }
}

export async function openGround({ configure, person }: Trial = {}): Promise<Ground> {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  const dataFolder = join(folder, 'data')
  const chatFile = join(folder, 'chat.jsonl')
  const scriptRuns = join(folder, 'script-runs')
  const restarts = join(folder, 'restarts')
  const configuration = await writeConfiguration(world, (before) => {
    configure?.(before, world)
    return counting(before, { scriptRuns, restarts })
  })
  return {
    folder,
    world,
    before: await readWorld(world),
    dataFolder,
    chatFile,
    scriptRuns,
    restarts,
    stage: {
      configuration,
      home: folder,
      dataFolder,
      chatFile,
      environment: world.environment,
      ...(person && { person }),
    },
    close: async () => {
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Deployment script and restart say in files outside the checkout that they were started. Clones are fresh: nothing is cleaned in them. */
function counting(configuration: Configuration, files: Pick<Left, 'scriptRuns' | 'restarts'>): Configuration {
  const vps: Configuration['projects']['harbour']['vps'] & { restart?: string[] } = configuration.projects.harbour.vps
  vps.deploy = counted(files.scriptRuns, vps.deploy)
  if (vps.restart !== undefined) vps.restart = counted(files.restarts, vps.restart)
  configuration.projects.harbour.build.clean = []
  return configuration
}

function counted(file: string, argv: readonly string[]): string[] {
  return ['sh', '-c', 'echo started >>"$1"; shift; exec "$@"', 'counted', file, ...argv]
}

/** Not among what the tests leave: what is compiled of them names the canary. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/slipway-crash')

interface Run {
  readonly faults: readonly string[]
  readonly passed: Passed
}

/** Runs a bot to its end, whichever that is. */
async function runBot(settings: BotSettings, { began }: Trial, scene: Scene): Promise<Run> {
  const bot = fork(join(import.meta.dirname, 'bot.ts'), [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...CANARIES, NODE_COMPILE_CACHE: COMPILED },
  })
  let over: (BotNotice & { readonly told: 'over' }) | undefined
  const said: string[] = []
  bot.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  bot.on('message', (message) => {
    const notice = message as BotNotice
    if (notice.told === 'began') void answer(bot, notice, began, scene)
    if (notice.told === 'log') said.push(notice.line)
    if (notice.told === 'over') over = notice
  })
  const ended = await endOf(bot)
  if (over === undefined)
    return { faults: [`the bot ended (${ended}): ${said.join(' ').slice(-500)}`], passed: NOTHING }
  return { faults: over.stands === '' ? [] : [over.stands], passed: over.passed }
}

/** A bot that is killed meanwhile hears nothing any more. */
async function answer(
  bot: ChildProcess,
  { step, name, attempt }: Begun,
  began: Trial['began'],
  scene: Scene,
): Promise<void> {
  await began?.({ step, name, attempt }, scene)
  if (bot.connected) bot.send({ step, name, attempt }, () => {})
}

async function endOf(bot: ChildProcess): Promise<string> {
  let late = false
  const timer = setTimeout(() => {
    late = true
    bot.kill('SIGKILL')
  }, LONGEST_MS)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    bot.once('close', (...how: [number | null, string | null]) => resolve(how)),
  )
  clearTimeout(timer)
  return late ? `not within ${LONGEST_MS / 1000} s` : `${signal ?? code}`
}
