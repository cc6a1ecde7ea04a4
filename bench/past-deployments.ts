/** Row 7: what past deployments cost a bot: its start as a process of its own, `/status`, and one more event. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { summarize } from '../src/bot/summary.ts'
import { compose } from '../src/compose.ts'
import type { Chat, Incoming } from '../src/ports/chat.ts'
import { ANA, BEN, drive, project } from '../test/release/sample.ts'
import { interleaved, ratioOf, timed } from './measure.ts'

const ROOT = join(import.meta.dirname, '..')
const [FEW, MANY, ROUNDS] = [10, 10_000, 9]
/** Of each life of a bot, so that one hiccup of the disk is not the measurement. */
const APPENDS = 20

export async function pastDeployments() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  try {
    const configuration = join(folder, 'slipway.yaml')
    await copyFile(join(ROOT, 'examples/cloudtolocalllm.yaml'), configuration)
    await chmod(configuration, 0o600)
    const places = { few: join(folder, 'few'), many: join(folder, 'many') }
    await fill(places.few, FEW)
    await fill(places.many, MANY)
    const begin = (data: string) => () => started({ HOME: folder, SLIPWAY_CONFIG: configuration, SLIPWAY_DATA: data })
    const start = await interleaved(ROUNDS, { few: begin(places.few), many: begin(places.many) })
    const appended: Record<keyof typeof places, number[]> = { few: [], many: [] }
    const asked = (name: keyof typeof places) => async () => {
      const { statusMs, appendMs } = await life(places[name])
      appended[name].push(appendMs)
      return statusMs
    }
    const status = await interleaved(ROUNDS, { few: asked('few'), many: asked('many') })
    return {
      start: ratioOf(start.many, start.few),
      '/status': ratioOf(status.many, status.few),
      'one event appended': ratioOf(appended.many, appended.few),
    }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

/** Closed deployments as a bot leaves them: whole releases, each with its events and its summary. */
async function fill(dataFolder: string, count: number): Promise<void> {
  const hand = drive()
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.run()
  const document = { schema: 1, events: hand.journal, summary: summarize(hand.now()) }
  await mkdir(join(dataFolder, 'closed'), { recursive: true, mode: 0o700 })
  for (let number = 1; number <= count; number += 1) {
    const text = JSON.stringify({ ...document, summary: { ...document.summary, number } })
    await writeFile(join(dataFolder, 'closed', `${number}.json`), text)
  }
}

/** From the start of the process to its first answer, ms. */
async function started(env: Readonly<Record<string, string>>): Promise<number> {
  const [, , ...args] = manifest.scripts.start.split(' ')
  const began = performance.now()
  const bot = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  bot.stdin.write('/help\n')
  let said = ''
  for await (const chunk of bot.stdout.setEncoding('utf8')) {
    said += chunk
    if (said.includes('What Slipway understands')) break
  }
  const took = performance.now() - began
  const ended = once(bot, 'exit')
  bot.kill('SIGKILL')
  await ended
  return took
}

/** A bot in this process: how long `/status` takes, and an event of a deployment that is open. */
async function life(dataFolder: string): Promise<{ readonly statusMs: number; readonly appendMs: number }> {
  let hear: (incoming: Incoming) => Promise<void> = async () => {}
  const chat: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    start: async (handler) => {
      hear = handler
    },
    stop: async () => {},
    post: async ({ platform, channel }, _, id) => ({ platform, channel, id }),
    update: async () => {},
    answer: async () => {},
  }
  const options = { dataFolder, scratchFolder: dataFolder, secrets: [], chats: [chat], env: process.env }
  const { bot, journal, stop } = await compose({
    projects: [project],
    ...options,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  await bot.start()
  const place = { platform: 'terminal', channel: 'terminal' } as const
  const statusMs = await timed(() => hear({ id: 'status', text: 'status', actor: ANA, place }))
  const number = await journal.nextNumber()
  const [event] = drive().journal
  const appendMs = await timed(async () => {
    for (let count = 0; event !== undefined && count < APPENDS; count += 1) await journal.append(number, [event])
  })
  await stop()
  await rm(join(dataFolder, 'open'), { recursive: true })
  return { statusMs, appendMs: appendMs / APPENDS }
}
