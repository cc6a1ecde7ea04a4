/** Slipway and a bare bot as processes of their own, each on a Slack and a Discord of the tests. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { createDiscordServer, type DiscordServer } from '../../test/discord-server/server.ts'
import { freePort } from '../../test/free-port.ts'
import { createSlackServer, type SlackServer } from '../../test/slack-server/server.ts'
import { APP } from '../../test/slack-server/state.ts'
import { ANA } from '../../test/stories/slack-scene.ts'
import { listening } from './listening.ts'

const ROOT = join(import.meta.dirname, '../..')
/** As `npm start` starts it: how much may be young in memory is said there. */
const START = manifest.scripts.start.split(' ').slice(2)

export interface ChatBot {
  readonly slack: SlackServer
  readonly discord: DiscordServer
  /** From the start of the process until both chats are heard, ms. */
  readonly readyMs: number
  /** `VmRSS` or `VmHWM` of proc_pid_status(5), MB. */
  memory(which: 'VmRSS' | 'VmHWM'): Promise<number>
  close(): Promise<void>
}

/** Both chats of a bot; it is started by `argsFor`, with the environment beside it. */
export async function startChatBot(
  argsFor: (chats: Chats) => { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<ChatBot> {
  const [slack, discord, port] = await Promise.all([createSlackServer(ANA), createDiscordServer(), freePort()])
  slack.way = { url: `http://127.0.0.1:${port}/slack/events` }
  const { args, env } = argsFor({ slack, discord, port })
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await Promise.all([listening(port), discord.gateway.connected()])
  const readyMs = performance.now() - began
  return {
    slack,
    discord,
    readyMs,
    memory: async (which) => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024
    },
    close: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await Promise.all([slack.close(), discord.close()])
    },
  }
}

interface Chats {
  readonly slack: SlackServer
  readonly discord: DiscordServer
  readonly port: number
}

export function bare({ discord, port }: Chats) {
  return {
    args: [join(import.meta.dirname, 'bare-chats.ts'), String(port), APP.signingSecret, discord.token, discord.apiUrl],
    env: {},
  }
}

/** With a configuration and a data folder. */
export function slipway(settings: Readonly<Record<string, string>>) {
  return ({ slack, discord, port }: Chats) => ({
    args: START,
    env: {
      ...settings,
      SLACK_BOT_TOKEN: APP.botToken,
      SLACK_SIGNING_SECRET: APP.signingSecret,
      SLACK_PORT: String(port),
      SLACK_API_URL: slack.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_GUILD_ID: discord.guildId,
      DISCORD_API_URL: discord.apiUrl,
    },
  })
}
