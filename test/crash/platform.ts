/**
 * A platform that outlives the bot: every message is a line of a file, a message is found again by its key, and what a person
 * sent is delivered again, under the same id, until the bot has taken it.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { PERSON } from '../../sandbox/configuration.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { person } from '../stories/test-bot.ts'

/** A line of the file. `found`: the bot asked for a post whose key was there already, and got that message. */
export type Entry =
  | { readonly did: 'posted' | 'found' | 'updated'; readonly key: string; readonly card: Card }
  | { readonly did: 'said'; readonly id: string; readonly text: string; readonly digest?: string }
  | { readonly did: 'took'; readonly id: string }
  | { readonly did: 'answered'; readonly id: string; readonly card: Card }

/** How long a message takes to reach the platform: a bot that is killed meanwhile has not posted it. */
const ON_THE_WAY_MS = 50

export interface Platform {
  readonly chat: Chat
  /** Delivers what the bot had not taken when it was killed. */
  deliverAgain(): Promise<void>
  /** A person sends something, once: the same id again is nothing new. */
  say(said: { readonly id: string; readonly text: string; readonly digest?: string }): Promise<boolean>
  /** The card of a key as it stands now. */
  card(key: string): Card | undefined
}

export function readEntries(file: string): readonly Entry[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
}

/** `written` is called with every line of the file. */
export function openPlatform(file: string, written: () => void = () => {}): Platform {
  const entries = [...readEntries(file)]
  let handle: (incoming: Incoming) => Promise<void> = () => Promise.reject(new Error('the bot does not listen'))
  const write = (entry: Entry) => {
    entries.push(entry)
    appendFileSync(file, `${JSON.stringify(entry)}\n`)
    written()
  }
  const isPosted = (key: string) => entries.some((entry) => entry.did === 'posted' && entry.key === key)

  const deliver = async ({ id, text, digest }: Entry & { readonly did: 'said' }) => {
    const place = { platform: 'terminal', channel: 'terminal' } as const
    await handle({ id, text, actor: person(PERSON), place, ...(digest !== undefined && { digest }) })
    write({ did: 'took', id })
  }

  const chat: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    start: async (handler) => {
      handle = handler
    },
    stop: async () => {},
    post: async ({ platform, channel }, card, key) => {
      await pause(ON_THE_WAY_MS)
      write({ did: isPosted(key) ? 'found' : 'posted', key, card })
      return { platform, channel, id: key }
    },
    update: async ({ id: key }, card) => {
      if (!isPosted(key)) throw new Error(`no message was posted as ${key}`)
      await pause(ON_THE_WAY_MS)
      write({ did: 'updated', key, card })
    },
    answer: async ({ id }, card) => write({ did: 'answered', id, card }),
  }

  return {
    chat,
    deliverAgain: async () => {
      const said = entries.filter((entry) => entry.did === 'said')
      for (const entry of said)
        if (!entries.some((other) => other.did === 'took' && other.id === entry.id)) await deliver(entry)
    },
    say: async (said) => {
      if (entries.some((entry) => entry.did === 'said' && entry.id === said.id)) return false
      write({ did: 'said', ...said })
      await deliver({ did: 'said', ...said })
      return true
    },
    card: (key) => {
      const shown = entries.findLast((entry) => 'key' in entry && entry.key === key)
      return shown !== undefined && 'card' in shown ? shown.card : undefined
    },
  }
}
