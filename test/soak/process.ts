/** The bot as `npm start` starts it, a process of its own, under a supervisor that kills it and starts it again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { APP } from '../slack-server/state.ts'
import type { Ground } from './ground.ts'

/** From a start to an end; Infinity is what has not come. */
export interface Life {
  readonly began: number
  /** It said that it can be spoken to. */
  ready: number
  /** It was told to end, or ended by itself. */
  ended: number
  /** We ended it. */
  killed: boolean
}

export interface Vitals {
  readonly megabytes: number
  readonly handles: number
}

export interface BotProcess {
  readonly lives: readonly Life[]
  /** Ends of a bot that nobody had ended, and of one that did not end when it was told to, in words. */
  readonly crashes: readonly string[]
  start(): Promise<void>
  /** Ends it, and starts it again after so many ms. */
  restart(signal: 'SIGKILL' | 'SIGTERM', after: number): Promise<void>
  /** Undefined where it is not there. */
  vitals(): Vitals | undefined
  stop(): Promise<void>
}

const SRC = join(import.meta.dirname, '../../src')
/** A bot that is told to end has ended in that time, ms. */
const ENDS_WITHIN = 30_000
/** An old space of this size holds a bot at work: one that lets its memory grow ends with that. */
const FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128', '--import', join(SRC, 'compile-cache.ts')]

export async function createBotProcess(ground: Ground, way: 'socket' | 'http', logFile: string): Promise<BotProcess> {
  const lives: Life[] = []
  const crashes: string[] = []
  const port = await freePort()
  ground.slack.way = way === 'socket' ? 'socket' : { url: `http://127.0.0.1:${port}/slack/events` }
  let child: ChildProcess | undefined
  let ended: Promise<unknown> = Promise.resolve()

  const start = async () => {
    const life: Life = { began: Date.now(), ready: Infinity, ended: Infinity, killed: false }
    lives.push(life)
    const ready = Promise.withResolvers<void>()
    const begun = spawn(process.execPath, [...FLAGS, join(SRC, 'main.ts')], {
      env: environmentOf(ground, way, port),
      cwd: ground.places[0]?.world.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = begun
    let said = ''
    const note = (text: string) => {
      appendFileSync(logFile, text)
      said = (said + text).slice(-2_000)
      if (life.ready < Infinity || !said.includes('/help shows the commands')) return
      life.ready = Date.now()
      ready.resolve()
    }
    begun.stdout?.setEncoding('utf8').on('data', note)
    begun.stderr?.setEncoding('utf8').on('data', note)
    ended = once(begun, 'exit').then(([code, signal]) => {
      life.ended = Math.min(life.ended, Date.now())
      const took = life.killed ? `, ${Date.now() - life.ended} ms after it was told to` : ''
      appendFileSync(logFile, `-- the bot ended: ${signal ?? code}${took}\n`)
      if (!life.killed) crashes.push(`the bot ended by itself (${signal ?? code}): ${said.trim().slice(-600)}`)
      ready.resolve()
    })
    await ready.promise
  }

  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const life = lives.at(-1)
    if (life !== undefined) Object.assign(life, { killed: true, ended: Math.min(life.ended, Date.now()) })
    child?.kill(signal)
    const late = setTimeout(() => {
      crashes.push(`the bot had not ended ${ENDS_WITHIN / 1000} s after ${signal} and was killed`)
      child?.kill('SIGKILL')
    }, ENDS_WITHIN)
    await ended
    clearTimeout(late)
  }

  return {
    lives,
    crashes,
    start,
    restart: async (signal, after) => {
      await end(signal)
      await pause(after)
      await start()
    },
    vitals: () => vitalsOf(child?.pid),
    stop: () => end('SIGTERM'),
  }
}

function environmentOf({ slack, discord, ...ground }: Ground, way: 'socket' | 'http', port: number): NodeJS.ProcessEnv {
  const slackWay =
    way === 'socket'
      ? { SLACK_APP_TOKEN: APP.appToken }
      : { SLACK_SIGNING_SECRET: APP.signingSecret, SLACK_PORT: `${port}` }
  return {
    PATH: process.env.PATH ?? '',
    HOME: ground.places[0]?.world.folder,
    TMPDIR: process.env.TMPDIR,
    ...ground.environment,
    SLIPWAY_CONFIG: ground.configuration,
    SLIPWAY_DATA: ground.dataFolder,
    SLACK_BOT_TOKEN: APP.botToken,
    SLACK_API_URL: slack.apiUrl,
    ...slackWay,
    DISCORD_TOKEN: discord.token,
    DISCORD_APPLICATION_ID: discord.applicationId,
    DISCORD_GUILD_ID: discord.guildId,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_API_VERSION: '10',
  }
}

function vitalsOf(pid: number | undefined): Vitals | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    if (kilobytes === undefined) return undefined
    return { megabytes: Number(kilobytes) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return undefined
  }
}
