/** A bot that makes a whole release without a person: it types, approves, and goes on where an earlier one was killed. */
import { readFile } from 'node:fs/promises'
import { nextMove } from '../../sandbox/fault-play.ts'
import { type Composed, type ComposeOptions, compose } from '../../src/compose.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { formatMistakes } from '../../src/config/mistake.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { replay } from '../../src/release/machine.ts'
import { CANARIES, SECRETS } from '../canary/secrets.ts'
import { openPlatform, type Platform } from './platform.ts'

/** Where everything of a release lies. The world is somebody else's. */
export interface Stage {
  readonly configuration: string
  readonly home: string
  readonly dataFolder: string
  /** The platform's messages. */
  readonly chatFile: string
  readonly environment: Readonly<Record<string, string>>
  /** Somebody who takes the fix that is offered and otherwise rolls back; absent: somebody who only approves. */
  readonly person?: 'on call'
}

interface PlayOptions extends Pick<ComposeOptions, 'wrap' | 'log'> {
  /** Called as anything has reached the platform. */
  readonly messaged?: () => void
}

/** Resolves when nothing moves any more; how the deployments that have not ended then stand, the empty text where none is left. */
export async function play(stage: Stage, { wrap, log, messaged }: PlayOptions): Promise<string> {
  const { configuration: file, home, dataFolder } = stage
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  const platform = openPlatform(stage.chatFile, messaged)
  const composed = await compose({
    projects: loaded.projects,
    chats: [platform.chat],
    dataFolder,
    scratchFolder: dataFolder,
    secrets: SECRETS,
    env: { ...process.env, ...CANARIES, ...stage.environment },
    ...(wrap && { wrap }),
    log,
  })
  await composed.bot.start()
  await platform.deliverAgain()
  await platform.say({ id: 'deploy', text: 'deploy 3.1.3' })
  const stands = await playedOn(composed, platform, stage.person === 'on call' ? move : press)
  await composed.stop()
  return stands
}

/** Answers whatever waits, until nothing moves any more. */
async function playedOn({ bot, journal }: Composed, platform: Platform, answer: typeof press): Promise<string> {
  for (;;) {
    await bot.idle()
    const open = await openDeployments(journal)
    const pressed = await Promise.all(open.map((deployment) => answer(deployment, platform)))
    if (pressed.includes(true)) continue
    await Promise.all(open.flatMap(({ number, endedAt }) => (endedAt === undefined ? [] : [bot.ended(number)])))
    return open
      .filter(({ endedAt }) => endedAt === undefined)
      .map(standing)
      .join('; ')
  }
}

async function openDeployments(journal: Composed['journal']): Promise<readonly Deployment[]> {
  const read = (await journal.open()).map(async (number) => replay((await journal.read(number)) ?? []))
  return (await Promise.all(read)).flatMap((deployment) => ('brokenAt' in deployment ? [] : [deployment]))
}

async function press({ number, gates }: Deployment, platform: Platform): Promise<boolean> {
  const gate = gates.find(({ status }) => status === 'open')
  if (gate === undefined) return false
  const card = platform.card(`${number}/gate:${gate.id}`)
  const button = card?.buttons.find(({ command }) => command.startsWith('approve'))
  if (button?.gate === undefined) return false
  return platform.say({
    id: `approve ${gate.id}`,
    text: [button.command, button.types ?? ''].join(' ').trim(),
    digest: button.gate.digest,
  })
}

/** The next move of somebody on call; each is made once, however often the bot is started. */
async function move(deployment: Deployment, platform: Platform): Promise<boolean> {
  if (deployment.endedAt !== undefined) return false
  const gate = deployment.gates.find(({ status }) => status === 'open')
  const { text, digest } = nextMove(deployment)
  const id = [gate?.id, text].join(' ').trim()
  return platform.say({ id, text, ...(digest !== undefined && { digest }) })
}

function standing({ number, status, steps, gates }: Deployment): string {
  const failed = Object.entries(steps).flatMap(([id, { problem }]) =>
    problem ? [[`${id}: ${problem.code}, ${problem.what}`, ...problem.details].join(' | ')] : [],
  )
  const open = gates.filter((gate) => gate.status === 'open').map(({ id }) => `${id} is open`)
  return [`#${number} ${status}`, ...failed, ...open].join(', ')
}
