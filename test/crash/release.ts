/** One release in a world of its own that outlives its bot: the bot is killed, started again, and what came of it is looked at. */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWorld } from '../../sandbox/check.ts'
import { type Configuration, writeConfiguration } from '../../sandbox/configuration.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { newFolder } from '../sandbox/attempt.ts'
import type { BotNotice, BotSettings } from './bot.ts'
import { faultsOf, type Left } from './judge.ts'
import type { Stage } from './play.ts'
import type { Passed, Point } from './points.ts'

export interface Trial {
  /** Where the first bot is killed; absent: it is not. */
  readonly kill?: Point
  /** Called with the world before the bot starts. */
  readonly prepare?: (world: World) => Promise<unknown>
  /** Called as each step of a bot begins. */
  readonly began?: (step: string, world: World) => void
  /** What is wrong beside what every release is judged by. */
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
  const ground = await openGround()
  const { world } = ground
  const killedFile = join(ground.folder, 'killed')
  try {
    await trial.prepare?.(world)
    const first = await runBot({ ...ground.stage, killedFile, ...(trial.kill && { kill: trial.kill }) }, trial, world)
    const killed = existsSync(killedFile) ? await readFile(killedFile, 'utf8') : undefined
    const last = killed === undefined ? first : await runBot({ ...ground.stage, killedFile }, trial, world)
    const missed = trial.kill && killed === undefined ? ['the release never came to this point'] : []
    const faults = [...missed, ...last.faults, ...(await faultsOf(ground)), ...((await trial.faults?.(ground)) ?? [])]
    return { ...(killed !== undefined && { killed }), faults, passed: last.passed, ms: Date.now() - began }
  } finally {
    await ground.close()
  }
}

export async function openGround(): Promise<Ground> {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  const dataFolder = join(folder, 'data')
  const chatFile = join(folder, 'chat.jsonl')
  const scriptRuns = join(folder, 'script-runs')
  const configuration = await writeConfiguration(world, (before) => countingRuns(before, scriptRuns))
  return {
    folder,
    world,
    before: await readWorld(world),
    dataFolder,
    chatFile,
    scriptRuns,
    stage: { configuration, home: folder, dataFolder, chatFile, environment: world.environment },
    close: async () => {
      await world.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The deployment script says in a file outside the checkout that it was started. Clones are fresh: nothing is cleaned in them. */
function countingRuns(configuration: Configuration, file: string): Configuration {
  const { vps, build } = configuration.projects.harbour
  vps.deploy = ['sh', '-c', 'echo started >>"$1"; shift; exec "$@"', 'counted', file, ...vps.deploy]
  build.clean = []
  return configuration
}

interface Run {
  readonly faults: readonly string[]
  readonly passed: Passed
}

/** Runs a bot to its end, whichever that is. */
async function runBot(settings: BotSettings, { began }: Trial, world: World): Promise<Run> {
  const bot = fork(join(import.meta.dirname, 'bot.ts'), [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'slipway-compile-cache') },
  })
  let over: (BotNotice & { readonly told: 'over' }) | undefined
  const said: string[] = []
  bot.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  bot.on('message', (message) => {
    const notice = message as BotNotice
    if (notice.told === 'began') began?.(notice.step, world)
    if (notice.told === 'log') said.push(notice.line)
    if (notice.told === 'over') over = notice
  })
  const ended = await endOf(bot)
  if (over === undefined)
    return { faults: [`the bot ended (${ended}): ${said.join(' ').slice(-500)}`], passed: NOTHING }
  return { faults: over.stands === '' ? [] : [over.stands], passed: over.passed }
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
