/** A chat in memory: keeps every card by its key, and tells those who wait for one as soon as it is there. */
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { leave } from '../canary/leave.ts'
import { textOf } from '../card-text.ts'

/** A posted card as it stands now. */
export interface Post {
  readonly key: string
  readonly card: Card
}

export interface MemoryChat {
  readonly chat: Chat
  /** Hands in what a person sent; the card that answered it. */
  hears(said: Pick<Incoming, 'text' | 'actor' | 'digest'>): Promise<Card | undefined>
  until(matches: (post: Post) => boolean): Promise<Card>
  posts(): readonly Post[]
  counts(): Readonly<Record<string, number>>
}

/** Ids of deliveries are never the same twice, also where a second bot goes on with the data of the first. */
let chats = 0

export function createMemoryChat(): MemoryChat {
  chats += 1
  const begun = chats
  const posts = new Map<string, Card>()
  const counts = new Map<string, number>()
  const answers = new Map<string, Card>()
  /** Keys of the posts that a story waited for. */
  const expected = new Set<string>()
  const waiting = new Set<() => void>()
  let handle: (incoming: Incoming) => Promise<void> = () => Promise.reject(new Error('the bot does not listen'))
  let sent = 0

  const show = (key: string, card: Card) => {
    posts.set(key, card)
    for (const look of [...waiting]) look()
  }
  const entries = () => [...posts].map(([key, card]) => ({ key, card }))

  const chat: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    start: async (handler) => {
      handle = handler
    },
    stop: async () => leave('chat', [entries(), [...answers.values()]]),
    post: async (place, card, key) => {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      show(key, card)
      return { platform: place.platform, channel: place.channel, id: key }
    },
    update: async ({ id }, card) => show(id, card),
    answer: async ({ id }, card) => {
      answers.set(id, card)
    },
  }

  const until: MemoryChat['until'] = (matches) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = entries().find(matches)
        const end = entries().find((post) => isEnd(post) && !expected.has(post.key))
        if (found === undefined && end === undefined) return
        waiting.delete(look)
        if (found === undefined) return reject(new Error(`unexpected in the thread:\n${end && textOf(end.card)}`))
        expected.add(found.key)
        resolve(found.card)
      }
      waiting.add(look)
      look()
    })

  return {
    chat,
    until,
    posts: entries,
    counts: () => Object.fromEntries(counts),
    hears: async (said) => {
      sent += 1
      const id = `message-${begun}-${sent}`
      await handle({ id, place: { platform: 'terminal', channel: 'terminal' }, ...said })
      return answers.get(id)
    },
  }
}

/** Nothing that a story waits for comes after a problem or a certificate, unless it waited for that first. */
function isEnd({ key, card }: Post): boolean {
  return /\/problems:|\/result$/.test(key) && (card.tone === 'bad' || card.tone === 'good')
}
