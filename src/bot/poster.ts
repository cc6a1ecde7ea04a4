/**
 * Posts the cards that a deployment calls for, minus those that have a recorded message, and edits what changed. A slow or
 * absent chat holds up nothing: each deployment has its own loop, and edits that pile up become one.
 */
import type { Chat } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Card } from '../release/card.ts'
import type { Deployment, MessageRef } from '../release/deployment.ts'

export interface DerivedPost {
  readonly key: string
  readonly card: Card
}

export interface PosterOptions {
  readonly chats: readonly Chat[]
  readonly clock: Clock
  cards(deployment: Deployment, progress: ReadonlyMap<string, string>): readonly DerivedPost[]
  /** Records a posted message in the journal. */
  posted(number: number, key: string, message: MessageRef): Promise<unknown>
  /** Told when a chat fails; the post is tried again. */
  failed(platform: string, reason: string): void
}

export interface Poster {
  changed(deployment: Deployment, progress: ReadonlyMap<string, string>): void
  /** Resolves when everything that was called for is posted. */
  idle(): Promise<void>
  stop(): void
}

/** Between two looks at a card that only time changes, such as elapsed minutes. */
const TICK = 5_000
const LONGEST_WAIT = 60_000

interface Thread {
  deployment: Deployment
  progress: ReadonlyMap<string, string>
  dirty: boolean
  pumping: Promise<void> | undefined
  cancelTick: () => void
  /** What each message shows now, as text, so that an unchanged card is not sent again. */
  readonly shown: Map<string, string>
  /** Messages of this process, until the journal has them. */
  readonly posted: Map<string, MessageRef>
}

/** One loop a deployment, started by a change and by the clock. */
export function createPoster(options: PosterOptions): Poster {
  const threads = new Map<number, Thread>()
  const stopping = new AbortController()

  const changed: Poster['changed'] = (deployment, progress) => {
    const thread = threads.get(deployment.number) ?? newThread(deployment, progress)
    threads.set(deployment.number, thread)
    Object.assign(thread, { deployment, progress, dirty: true })
    thread.pumping ??= pump(thread).then(() => {
      thread.pumping = undefined
      if (thread.dirty && !stopping.signal.aborted) changed(thread.deployment, thread.progress)
      else tick(thread)
    })
  }

  /** Never rejects: a card that cannot be made must not end the bot beside a release that goes on. */
  const pump = async (thread: Thread) => {
    while (thread.dirty && !stopping.signal.aborted) {
      thread.dirty = false
      try {
        for (const post of options.cards(thread.deployment, thread.progress)) await show(thread, post)
      } catch (error) {
        options.failed(thread.deployment.place.platform, messageOf(error))
      }
    }
  }

  const show = async (thread: Thread, { key, card }: DerivedPost) => {
    const text = JSON.stringify(card)
    if (thread.shown.get(key) === text) return
    const chat = options.chats.find(({ platform }) => platform === thread.deployment.place.platform)
    if (chat === undefined) return
    const message = thread.deployment.messages[key] ?? thread.posted.get(key)
    const sent = await untilSent(chat, async () => {
      if (message === undefined) return chat.post(thread.deployment.place, card, key)
      await chat.update(message, card)
      return message
    })
    if (sent === STOPPED) return
    thread.shown.set(key, text)
    if (message !== undefined) return
    thread.posted.set(key, sent)
    await options.posted(thread.deployment.number, key, sent)
  }

  const untilSent = async <T>(chat: Chat, send: () => Promise<T>): Promise<T | typeof STOPPED> => {
    for (let wait = 1_000; !stopping.signal.aborted; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      try {
        return await send()
      } catch (error) {
        options.failed(chat.platform, messageOf(error))
        await options.clock.sleep(wait, stopping.signal).catch(() => {})
      }
    }
    return STOPPED
  }

  const tick = (thread: Thread) => {
    thread.cancelTick()
    if (thread.deployment.endedAt !== undefined || stopping.signal.aborted) return
    thread.cancelTick = options.clock.at(options.clock.now() + TICK, () => changed(thread.deployment, thread.progress))
  }

  return {
    changed,
    idle: async () => {
      for (;;) {
        const busy = [...threads.values()].flatMap(({ pumping }) => pumping ?? [])
        if (busy.length === 0) return
        await Promise.all(busy)
      }
    },
    stop: () => {
      stopping.abort()
      for (const thread of threads.values()) thread.cancelTick()
    },
  }
}

const STOPPED = Symbol('stopped')

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function newThread(deployment: Deployment, progress: ReadonlyMap<string, string>): Thread {
  return {
    deployment,
    progress,
    dirty: false,
    pumping: undefined,
    cancelTick: () => {},
    shown: new Map(),
    posted: new Map(),
  }
}
