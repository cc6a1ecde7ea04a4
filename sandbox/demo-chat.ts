/** The demo where people talk: the release of the sandbox, asked for, answered and read in a chat of one's own. */
import { mkdir } from 'node:fs/promises'
import type { Settings } from '../src/config/environment.ts'
import { readEnvFile } from '../src/env-file.ts'
import { createPlatforms, type Platform } from '../src/platforms.ts'
import type { Project } from '../src/release/project.ts'
import { readProjects, readSettings } from '../src/setup.ts'
import { createClock } from '../src/tools/clock.ts'

export interface ChatWish {
  readonly slack: boolean
  readonly discord: boolean
}

export type ChatSettings = Pick<Settings, 'slack' | 'discord' | 'secrets' | 'configFile'>

const NEEDED = {
  slack: 'SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET with SLACK_PORT',
  discord: 'DISCORD_TOKEN, DISCORD_APPLICATION_ID and DISCORD_GUILD_ID',
} as const

/** The settings of the chats that are wished for, from the environment or `.env`; or what is missing, as sentences. */
export async function chatSettings(wish: ChatWish): Promise<ChatSettings | string> {
  await readEnvFile()
  const read = await readSettings(process.env)
  if (!read.ok) return read.mistakes.map(({ name, what, remedy }) => `${name}: ${what}\n  ${remedy}`).join('\n')
  const { settings } = read
  const names = (['slack', 'discord'] as const).filter((name) => wish[name])
  const missing = names.filter((name) => settings[name] === undefined)
  if (missing.length > 0) return missing.map(whatIsMissing).join('\n')
  const wished = Object.fromEntries(names.map((name) => [name, settings[name]]))
  return { ...wished, secrets: settings.secrets, configFile: settings.configFile }
}

function whatIsMissing(name: keyof typeof NEEDED): string {
  return `--${name} needs ${NEEDED[name]}, in the environment or in .env. .env.example says where each is found.`
}

/** The platforms, for the data folder of the demo. */
export async function openChats(
  settings: ChatSettings,
  projects: readonly Project[],
  dataFolder: string,
): Promise<readonly Platform[]> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const log = (line: string) => process.stderr.write(`${line}\n`)
  return createPlatforms(settings, { dataFolder, projects, clock: createClock(), log })
}

/** Who may do what in the sandbox, and how that is said. */
interface People {
  readonly rules: Pick<Project, 'access' | 'approvals' | 'roles' | 'people' | 'onCall'> | Pick<Project, 'access'>
  readonly says: string
}

/** As in a configuration of one's own, so that its roles can be tried; without one everybody, since no key is at risk. */
export async function peopleOf(configFile: string): Promise<People> {
  const read = await readProjects(configFile)
  const [own] = read.ok ? read.projects : []
  if (own === undefined) return { rules: { access: EVERYBODY }, says: 'Everybody there may deploy and approve here.' }
  const { access, approvals, roles, people, onCall, title } = own
  return {
    rules: { access, approvals, roles, people, onCall },
    says: `Who may deploy and approve is as for ${title} in ${configFile}.`,
  }
}

const EVERYBODY = { view: 'everyone', deploy: 'everyone', approve: 'everyone', admin: 'everyone' } as const

/** Resolves with 1 and says why where a platform refuses the bot for good. */
export async function lostWith(platforms: readonly Platform[]): Promise<number> {
  const { what, why, remedy } = await Promise.race(platforms.map(({ lost }) => lost))
  process.stderr.write(`${what}\n  ${why}\n  ${remedy}\n`)
  return 1
}
