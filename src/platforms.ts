/** The chat platforms that the environment has tokens for. Their clients are loaded when they are first used. */
import { createDiscord } from '../adapters/discord/discord.ts'
import { FORMS } from '../commands/forms.ts'
import type { Settings } from './config/environment.ts'
import type { Chat } from './ports/chat.ts'
import type { Clock } from './ports/clock.ts'
import type { Problem } from './release/problems.ts'
import type { Project } from './release/project.ts'
import { readFileEnd } from './tools/file-end.ts'
import { markOf } from './tools/mark.ts'

/** A platform that can refuse the bot for good. */
export interface Platform extends Chat {
  readonly lost: Promise<Problem>
}

export interface PlatformParts {
  /** Has to be there already. */
  readonly dataFolder: string
  readonly clock: Clock
  readonly projects: readonly Project[]
  /** When a bot with this data was last there, ms since the epoch. */
  readonly lastAlive?: number
  log(line: string): void
}

/** As much of a file's end as goes with a message. */
const ATTACHED_BYTES = 1_000_000
/** A picture is worth nothing in part; none comes near it. */
const PICTURE_BYTES = 8_000_000

export async function createPlatforms(
  { slack, discord }: Pick<Settings, 'slack' | 'discord'>,
  parts: PlatformParts,
): Promise<readonly Platform[]> {
  const identity = await markOf(parts.dataFolder)
  return [
    ...(slack === undefined ? [] : [await slackOf(slack, identity, parts)]),
    ...(discord === undefined
      ? []
      : [createDiscord({ ...discord, ...parts, identity, forms: FORMS, readFile: textOrPicture })]),
  ]
}

async function slackOf(
  { delivery: way, ...access }: NonNullable<Settings['slack']>,
  identity: string,
  { projects, ...parts }: PlatformParts,
): Promise<Platform> {
  const { createSlack } = await import('../adapters/slack/slack.ts')
  const roles = projects.flatMap((project) => Object.values(project.roles))
  const groups = [...new Set(roles.flatMap(({ slack }) => slack.groups))]
  return createSlack({ ...access, ...parts, way, identity, groups, timeoutMs: SLACK_MS, readFile: readFileEnd })
}

/** As long as one call of Slack may take: its own answers come within a second, and a press waits for it. */
const SLACK_MS = 8_000

/** What goes with a card in Discord: the end of a text, or a whole picture. */
export async function textOrPicture(path: string): Promise<string | Uint8Array> {
  if (path.endsWith('.png')) return readFileEnd(path, PICTURE_BYTES)
  return Buffer.from(await readFileEnd(path, ATTACHED_BYTES)).toString('utf8')
}
