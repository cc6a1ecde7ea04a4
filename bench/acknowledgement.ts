/**
 * Row 6: how long a command waits for its acknowledgement while the bot releases a product whose build prints 10 000 lines a
 * second, against a bare handler beside it, asked in turns.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld } from '../sandbox/world.ts'
import { ANA as ANA_OF_DISCORD } from '../test/discord-server/bot.ts'
import { newFolder } from '../test/sandbox/attempt.ts'
import { wordsOf } from '../test/slack-server/read.ts'
import { ANA, inSlack } from '../test/stories/slack-scene.ts'
import { type Finding, interleaved, percentile, ratio } from './measure.ts'
import { bare, type ChatBot, slipway, startChatBot } from './parts/chat-bots.ts'

const ROUNDS = 400
/** Until it is told to end. */
const TALK = `const line = 'a line of the build, as long as lines of builds usually are\\n'
const talk = () => process.stdout.write(line.repeat(100), () => setTimeout(talk, 10))
talk()`

export async function acknowledgement() {
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  const bots: ChatBot[] = []
  try {
    const settings = { ...world.environment, HOME: folder, SLIPWAY_CONFIG: await writeConfiguration(world, talkative) }
    const own = await startChatBot(slipway({ ...settings, SLIPWAY_DATA: join(folder, 'data') }))
    const other = await startChatBot(bare)
    bots.push(own, other)
    other.discord.state.commands = own.discord.state.commands
    await own.slack.types(ANA, '/deploy 3.1.3')
    await own.slack.until(() =>
      own.slack.messages().some((message) => /Build and package: running/.test(wordsOf(message))),
    )
    const slack = await interleaved(ROUNDS, { own: () => slackTakes(own), bare: () => slackTakes(other) })
    const discord = await interleaved(ROUNDS, { own: () => discordTakes(own), bare: () => discordTakes(other) })
    return { ...byShare('Slack', slack), ...byShare('Discord', discord) }
  } finally {
    for (const bot of bots) await bot.close()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
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
