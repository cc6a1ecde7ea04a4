/** One soak, from its ground to what came of it. */
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { diceFrom } from '../random.ts'
import { discordRoom, slackRoom } from './chats.ts'
import { type Ground, openGround } from './ground.ts'
import { judge, unpostedOf } from './judge.ts'
import { allIn, countIn, openIn } from './open.ts'
import { createPeople, type People } from './people.ts'
import { createBotProcess } from './process.ts'
import { watchStalls } from './stalls.ts'
import type { Result } from './table.ts'
import { makeTrouble } from './trouble.ts'
import { watchVitals } from './vitals.ts'

export interface SoakOptions {
  /** An empty folder, which stays. */
  readonly folder: string
  readonly seed: number
  readonly ms: number
  /** As many deployments as are begun. */
  readonly most: number
}

/** The share of the time in which the bot is killed. */
const KILLED = 0.5
/** What is open then is brought to its end in this time, without trouble, and nothing new begins, ms. */
const ENDING_MS = 30_000
/** Nothing has moved for so long: what is open then is stuck, ms. */
const STUCK_MS = 60_000
/** People do something each so many ms. */
const BETWEEN_MOVES = [100, 500] as const
/** The last cards are out by then. */
const LAST_CARDS_MS = 20_000

export async function soak({ folder, seed, ms, most }: SoakOptions): Promise<Result> {
  const began = Date.now()
  const transcript = join(folder, 'transcript.log')
  const log = (line: string) => appendFileSync(transcript, `${new Date().toISOString().slice(11, 23)} ${line}\n`)
  const ground = await openGround(folder)
  const rooms = [slackRoom(ground.slack), discordRoom(ground.discord)]
  const bot = await createBotProcess(ground, seed % 2 === 0 ? 'http' : 'socket', transcript)
  const dice = diceFrom(seed)
  const people = createPeople(ground, rooms, dice, log)
  await bot.start()
  const vitals = watchVitals(bot, log)
  const watch = watchStalls()
  const trouble = makeTrouble({ ground, bot, seed, spareFrom: began + ms * KILLED, log })
  const troubledUntil = began + Math.max(ms / 2, ms - ENDING_MS)
  while (Date.now() < troubledUntil) {
    const begun = (await countIn(ground.dataFolder, 'open')) + (await countIn(ground.dataFolder, 'closed'))
    await people.move(begun < most)
    if (begun >= most && (await countIn(ground.dataFolder, 'open')) === 0) break
    await pause(dice.between(...BETWEEN_MOVES))
  }
  await trouble.end()
  const left = await settled(ground, people, Date.now() + ms)
  await cardsOut(ground, rooms)
  const compared = vitals.end()
  await bot.stop()
  const judged = await judge(ground, rooms, {
    sent: people.sent,
    lives: bot.lives,
    cuts: trouble.cuts,
    stalls: watch.end(),
    givenUp: readFileSync(transcript, 'utf8').split('Slack: an answer could not be given').length - 1,
  })
  await ground.close()
  const { crashes, lives } = bot
  const sent = people.sent.length
  return {
    ...judged,
    ...left,
    crashes,
    lives,
    sent,
    vitals: compared,
    made: trouble.made,
    wanted: { ms, deployments: most },
    ms: Date.now() - began,
  }
}

/** Ends when everything has ended, when nothing moves any more, or when the time is up. */
async function settled({ dataFolder }: Ground, people: People, until: number) {
  let [state, since] = ['', Date.now()]
  while (await people.help()) {
    const open = (await openIn(dataFolder)).map(({ deployment }) => deployment)
    const now = open.map(({ head }) => head).join()
    if (now !== state) [state, since] = [now, Date.now()]
    const standing = open.map(({ number, project, status }) => `#${number} of ${project.name} is ${status}`)
    if (Date.now() - since > STUCK_MS) return { stuck: standing, unfinished: 0 }
    if (Date.now() > until) return { stuck: [], unfinished: standing.length }
    await pause(300)
  }
  return { stuck: [], unfinished: 0 }
}

async function cardsOut({ dataFolder }: Ground, rooms: Parameters<typeof unpostedOf>[1]): Promise<void> {
  const until = Date.now() + LAST_CARDS_MS
  while (unpostedOf(await allIn(dataFolder), rooms).length > 0 && Date.now() < until) await pause(300)
}
