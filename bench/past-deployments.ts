/**
 * `npm run bench:past`: start, `/status` and `/history` of a bot with 5 and with 5000 past deployments, round by round in one
 * process, and how many times longer they take; `/history` shows 20 rows of 5000, and 5 of 5. Times are of this machine in
 * this minute; only the ratio says something, beside what a process takes to begin at all.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { summarize } from '../src/bot/summary.ts'
import { compose } from '../src/compose.ts'
import type { Chat, Incoming } from '../src/ports/chat.ts'
import { ANA, BEN, drive, project } from '../test/release/sample.ts'

const [FEW, MANY, ROUNDS] = [5, 5000, 15]
const PARTS = ['start', 'status', 'history'] as const
type Times = Readonly<Record<(typeof PARTS)[number], number>>

const folder = await mkdtemp(join(tmpdir(), 'slipway-past-'))
try {
  const places = { few: join(folder, 'few'), many: join(folder, 'many') }
  await fill(places.few, FEW)
  await fill(places.many, MANY)
  await measure(places.few)
  const rounds: { readonly few: Times; readonly many: Times }[] = []
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ few: await measure(places.few), many: await measure(places.many) })
  for (const part of PARTS) {
    const [few, many] = (['few', 'many'] as const).map((of) => median(rounds.map((round) => round[of][part])))
    say(
      `${part}: ${ms(few)} with ${FEW}, ${ms(many)} with ${MANY}: ${((many ?? 0) / (few ?? 1)).toFixed(2)} times as long`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}

/** Closed deployments as a bot leaves them: whole releases, each with its events and its summary. */
async function fill(dataFolder: string, count: number): Promise<void> {
  const hand = drive()
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.run()
  const deployment = hand.now()
  const document = { schema: 1, events: hand.journal, summary: summarize(deployment) }
  await mkdir(join(dataFolder, 'closed'), { recursive: true, mode: 0o700 })
  for (let number = 1; number <= count; number += 1) {
    const text = JSON.stringify({ ...document, summary: { ...document.summary, number } })
    await writeFile(join(dataFolder, 'closed', `${number}.json`), text)
  }
}

/** One life of a bot, ms for each part of it. */
async function measure(dataFolder: string): Promise<Times> {
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
  const began = performance.now()
  const options = { dataFolder, scratchFolder: dataFolder, secrets: [], chats: [chat], env: process.env, log: say }
  const composed = await compose({ projects: [project], ...options })
  await composed.bot.start()
  const start = performance.now() - began
  const ask = async (text: string) => {
    const asked = performance.now()
    await hear({ id: text, text, actor: ANA, place: { platform: 'terminal', channel: 'terminal' } })
    return performance.now() - asked
  }
  const times = { start, status: await ask('status'), history: await ask('history') }
  await composed.stop()
  return times
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function ms(time = 0): string {
  return `${time.toFixed(1)} ms`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
