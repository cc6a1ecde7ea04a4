/** What goes wrong meanwhile: the chats, the world, and the bot itself, each at random moments and for a random while. */
import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { type Dice, diceFrom } from '../random.ts'
import type { ChatRoom } from './chats.ts'
import type { Ground, Place } from './ground.ts'
import type { BotProcess } from './process.ts'

/** A chat's connection was ended. */
export interface Cut {
  readonly chat: ChatRoom['name']
  readonly at: number
}

export interface Trouble {
  /** Counts by what was done. */
  readonly made: ReadonlyMap<string, number>
  readonly cuts: readonly Cut[]
  /** Resolves when everything is well again. */
  end(): Promise<void>
}

export interface TroubleOptions {
  readonly ground: Ground
  readonly bot: BotProcess
  readonly seed: number
  /** From then on the bot is left alive, so that what one long life gathers can be seen; ms since the epoch. */
  readonly spareFrom: number
  log(line: string): void
}

type Make = (ground: Ground, dice: Dice) => unknown
type Befall = (place: Place, wait: () => Promise<unknown>) => Promise<unknown>

const POSTS = /^chat\.(postMessage|update)|^conversations\./
const ASKS = /^(POST|PATCH|GET) \/channels\//

/** Done once; a fault waits for the calls that it is meant for. */
const CHATS: Readonly<Record<string, Make>> = {
  'Slack 429': ({ slack }) => slack.faults.add(POSTS, { kind: 'limit', retryAfter: 1 }),
  'Slack 503 before the work': ({ slack }) => slack.faults.add(POSTS, { kind: 'status', status: 503 }),
  'Slack 502 after the work': ({ slack }) => slack.faults.add(POSTS, { kind: 'status', status: 502, done: true }),
  'Slack hangs after the work': ({ slack }) => slack.faults.add(POSTS, { kind: 'hang', done: true }),
  'Slack resets after the work': ({ slack }) => slack.faults.add(POSTS, { kind: 'reset', done: true }),
  'Slack kills the socket': ({ slack }) => slack.socket.end('kill'),
  'Slack asks to connect anew': ({ slack }) => slack.socket.end('disconnect'),
  'Discord 429': ({ discord }) => discord.faults.add(ASKS, 'limit'),
  'Discord 502 before the work': ({ discord }) => discord.faults.add(ASKS, 'refuse'),
  'Discord 502 after the work': ({ discord }) => discord.faults.add(ASKS, 'lose'),
  'Discord hangs': ({ discord }) => discord.faults.add(ASKS, 'hang'),
  'Discord cuts after the work': ({ discord }) => discord.faults.add(ASKS, 'cut after'),
  'Discord cuts the gateway': ({ discord }) => discord.gateway.cut(),
  'Discord forgets the session': ({ discord }) => {
    discord.gateway.forgetSessions()
    discord.gateway.cut()
  },
}

/** Of those, what ends a connection. */
const CUTS: Readonly<Record<string, ChatRoom['name']>> = {
  'Slack kills the socket': 'Slack',
  'Slack asks to connect anew': 'Slack',
  'Discord cuts the gateway': 'Discord',
  'Discord forgets the session': 'Discord',
}

/** For a while, and then as before. */
const WORLD: Readonly<Record<string, Befall>> = {
  'deployment script fails': async ({ scriptFails }, wait) => {
    await writeFile(scriptFails, 'docker: connection refused\n')
    await wait()
    await writeFile(scriptFails, '')
  },
  'AUR in maintenance': async ({ world }, wait) => {
    await world.aurMaintenance(true)
    await wait()
    await world.aurMaintenance(false)
  },
  'AUR shows the old version': ({ world }) => world.aurLag(3),
  'site answers 403': async ({ world }, wait) => {
    world.breakSite()
    await wait()
    world.mendSite()
  },
  'server away': async ({ world }, wait) => {
    await world.turnServer('away')
    await wait()
    await world.turnServer('well')
  },
  'ssh cut': async ({ world }) => world.loseConnections(),
  'a colleague pushes': ({ world }) => world.commitToOrigin({ 'docs/NOTES.md': `${Date.now()}\n` }, 'Add a note'),
  'build fails': async ({ world }, wait) => {
    await world.spoilBuilds({ words: 'Error: the cache is corrupt' })
    await wait()
    await world.spoilBuilds({})
  },
}

/** ms between two of a kind. */
const EVERY = { chats: [800, 3_000], world: [6_000, 20_000], kills: [7_000, 18_000] } as const
const LASTS = [1_000, 5_000] as const

export function makeTrouble({ ground, bot, seed, spareFrom, log }: TroubleOptions): Trouble {
  const made = new Map<string, number>()
  const cuts: Cut[] = []
  const ending = new AbortController()
  const note = (what: string) => {
    made.set(what, (made.get(what) ?? 0) + 1)
    log(`trouble: ${what}`)
  }
  const wait = (ms: number) => pause(ms, undefined, { signal: ending.signal }).catch(() => {})

  const every = async (dice: Dice, [least, most]: readonly [number, number], go: () => unknown, until = Infinity) => {
    for (;;) {
      await wait(dice.between(least, most))
      if (ending.signal.aborted || Date.now() > until) return
      await go()
    }
  }

  const [chatDice, worldDice, killDice] = [diceFrom(seed * 3), diceFrom(seed * 3 + 1), diceFrom(seed * 3 + 2)]
  const chats = () => {
    const what = chatDice.pick(Object.keys(CHATS)) ?? ''
    note(what)
    const chat = CUTS[what]
    if (chat !== undefined && (chat === 'Discord' || ground.slack.way === 'socket')) cuts.push({ chat, at: Date.now() })
    CHATS[what]?.(ground, chatDice)
  }
  const world = async () => {
    const what = worldDice.pick(Object.keys(WORLD)) ?? ''
    const place = worldDice.pick(ground.places)
    if (place === undefined || (place.name === 'beacon' && /AUR|build/.test(what))) return
    note(`${what} (${place.name})`)
    await WORLD[what]?.(place, () => wait(worldDice.between(...LASTS)))
  }
  const kills = async () => {
    const signal = killDice.chance(0.15) ? 'SIGTERM' : 'SIGKILL'
    note(signal)
    await bot.restart(signal, killDice.between(0, 1_500))
  }

  const running = [
    every(chatDice, EVERY.chats, chats),
    every(worldDice, EVERY.world, world),
    every(killDice, EVERY.kills, kills, spareFrom),
  ]
  return {
    made,
    cuts,
    end: async () => {
      ending.abort()
      await Promise.all(running)
      ground.slack.faults.clear()
      ground.discord.faults.clear()
    },
  }
}
