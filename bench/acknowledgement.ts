/**
 * Row 6: how long a command waits for its acknowledgement while the bot releases a product whose build prints 10 000 lines a
 * second, against a bare handler beside it, asked in turns.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Configuration, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld } from '../sandbox/world.ts'
import { ANA as ANA_OF_DISCORD } from '../test/discord-server/bot.ts'
import { newFolder } from '../test/sandbox/attempt.ts'
import { wordsOf } from '../test/slack-server/read.ts'
import { ANA, inSlack } from '../test/stories/slack-scene.ts'
import { type Finding, interleaved, percentile, ratio } from './measure.ts'
import { bare, type ChatBot, slipway, startChatBot } from './parts/chat-bots.ts'

const ROUNDS = 400
const LINES_A_SECOND = 10_000
/** Until it is told to end, by the clock: what a busy machine held up is caught up on. */
const TALK = `const line = 'a line of the build, as long as lines of builds usually are\\n'
const began = performance.now()
let printed = 0
const talk = () => {
  const due = Math.floor(((performance.now() - began) / 1000) * ${LINES_A_SECOND}) - printed
  printed += due
  process.stdout.write(line.repeat(due), () => setTimeout(talk, 10))
}
talk()`
const LOOK_AGAIN_MS = 50
/** More than the build prints meanwhile: the log holds every line. */
const LOG_MB = 512

export async function acknowledgement() {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  const bots: ChatBot[] = []
  try {
    const data = join(folder, 'data')
    const settings = { ...world.environment, HOME: folder, SLIPWAY_CONFIG: await writeConfiguration(world, talkative) }
    const own = await startChatBot(slipway({ ...settings, SLIPWAY_DATA: data, SLIPWAY_LOG_MB: String(LOG_MB) }))
    const other = await startChatBot(bare)
    bots.push(own, other)
    other.discord.state.commands = own.discord.state.commands
    await own.slack.types(ANA, '/deploy 3.1.3')
    await own.slack.until(() =>
      own.slack.messages().some((message) => /Build and package: running/.test(wordsOf(message))),
    )
    while ((await linesIn(join(data, 'logs'))) < LINES_A_SECOND) await pause(LOOK_AGAIN_MS)
    const lines = await counted(join(data, 'logs'))
    const slack = await interleaved(ROUNDS, { own: () => slackTakes(own), bare: () => slackTakes(other) })
    const discord = await interleaved(ROUNDS, { own: () => discordTakes(own), bare: () => discordTakes(other) })
    return { ...byShare('Slack', slack), ...byShare('Discord', discord), 'lines a second in the log': await lines() }
  } finally {
    for (const bot of bots) await bot.close()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Counts from now on, until it is called: what the bot has really taken from the build. */
async function counted(folder: string): Promise<() => Promise<Finding>> {
  const began = performance.now()
  const before = await linesIn(folder)
  return async () => {
    const seconds = (performance.now() - began) / 1000
    const lines = (await linesIn(folder)) - before
    return { value: lines / seconds, from: `${lines} in ${seconds.toFixed(1)} s` }
  }
}

async function linesIn(folder: string): Promise<number> {
  let lines = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1
  }
  return lines
}

type Share = 'p50' | 'p99'

function byShare<C extends string>(
  chat: C,
  took: Readonly<Record<'own' | 'bare', readonly number[]>>,
): Record<`${C}, ${Share}`, Finding> {
  const at = (share: number) => ratio(percentile(took.own, share), percentile(took.bare, share))
  return { [`${chat}, p50`]: at(0.5), [`${chat}, p99`]: at(0.99) } as Record<`${C}, ${Share}`, Finding>
}

async function slackTakes({ slack }: ChatBot): Promise<number> {
  const begun = performance.now()
  const { acknowledged } = await slack.types(ANA, '/slipway help')
  if (!acknowledged) throw new Error('a command was not acknowledged in Slack')
  return performance.now() - begun
}

async function discordTakes({ discord }: ChatBot): Promise<number> {
  const begun = performance.now()
  const sent = discord.types(ANA_OF_DISCORD, '/help')
  await discord.until(() => sent.acknowledged !== undefined)
  return performance.now() - begun
}

function talkative(configuration: Configuration): unknown {
  configuration.projects.harbour.build.targets.web.run.unshift([process.execPath, '-e', TALK])
  return inSlack(configuration)
}
