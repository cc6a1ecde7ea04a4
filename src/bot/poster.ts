/**
 * Posts the cards that a deployment calls for, minus those that have a recorded message, and edits what changed. A slow or
 * absent chat holds up nothing: each place has its own line, in order, and edits that pile up become one. Nor does a card that
 * a chat will never take: in its place it is said plainly.
 */
import { type Abilities, type Chat, unfitIn } from '../ports/chat.ts'
import type { Card } from '../release/card.ts'
import type { Deployment, MessageRef } from '../release/deployment.ts'
import { unfitCard } from '../release/report/unfit.ts'
import { PAUSED } from '../release/report/view.ts'
import { createRetries, type RetriesOptions, STOPPED } from './retries.ts'
import {
  byPlace,
  type DerivedPost,
  inThread,
  type Line,
  lineOf,
  messageOfKey,
  newThread,
  type Thread,
} from './thread.ts'
import { isPast } from './untold.ts'

type Post = Required<Omit<DerivedPost, 'kind'>>

export interface PosterOptions extends RetriesOptions {
  readonly chats: readonly Chat[]
  cards(deployment: Deployment, progress: ReadonlyMap<string, string>): readonly DerivedPost[]
  /** Records a posted message in the journal. */
  posted(number: number, key: string, message: MessageRef): Promise<unknown>
  /** Told when everything is out that an ended deployment calls for: nothing is kept of it here. */
  told?(number: number): void
}

export interface Poster {
  changed(deployment: Deployment, progress: ReadonlyMap<string, string>): void
  /** Something has changed on a platform: what it did not take is tried at once. */
  again(platform: string): void
  /** Resolves when everything that was called for is posted. */
  idle(): Promise<void>
  stop(): void
}

/** Between two looks at a card that only time changes, such as elapsed minutes. */
const TICK = 5_000
/** Nothing has happened for so long: edits become rarer. */
const QUIET = 60_000

/** One line a deployment and place, started by a change and by the clock. */
export function createPoster(options: PosterOptions): Poster {
  const { clock } = options
  const threads = new Map<number, Thread>()
  const retries = createRetries(options)

  const changed: Poster['changed'] = (deployment, progress) => {
    const thread = threads.get(deployment.number) ?? newThread(deployment, progress)
    threads.set(deployment.number, thread)
    Object.assign(thread, { deployment, progress })
    tick(thread, TICK)
    if (progress.has(PAUSED)) for (const goOn of thread.records.values()) goOn()
    for (const [name, posts] of byPlace(deployment, derived(thread))) pump(thread, lineOf(thread, name), posts)
  }

  /** A card that cannot be made must not end the bot beside a release that goes on. */
  const derived = ({ deployment, progress }: Thread): readonly DerivedPost[] => {
    try {
      return options.cards(deployment, progress)
    } catch (error) {
      options.failed(deployment.place.platform, messageOf(error))
      return []
    }
  }

  const pump = (thread: Thread, line: Line, posts: readonly DerivedPost[]) => {
    line.posts = posts
    line.pumping ??= Promise.resolve().then(() => drain(thread, line))
  }

  /** A bot lives for months: what has ended and was told leaves its memory. */
  const rest = ({ deployment: { number, endedAt }, lines, records }: Thread) => {
    const isBusy = records.size > 0 || [...lines.values()].some(({ pumping }) => pumping !== undefined)
    if (endedAt === undefined || isBusy || retries.stopped) return
    threads.delete(number)
    options.told?.(number)
  }

  const drain = async (thread: Thread, line: Line) => {
    for (let posts = line.posts; posts !== undefined && !retries.stopped; posts = line.posts) {
      line.posts = undefined
      for (const post of posts) await show(thread, post).catch((error) => failed(thread, error))
    }
    // In the same breath as the last look: what is called for a moment later finds nobody at work.
    line.pumping = undefined
    rest(thread)
  }

  const failed = ({ deployment }: Thread, error: unknown) => options.failed(deployment.place.platform, messageOf(error))

  const show = async (thread: Thread, { key, card, kind, place = thread.deployment.place }: DerivedPost) => {
    const text = JSON.stringify(card)
    const chat = options.chats.find(({ platform }) => platform === place.platform)
    const shown = thread.shown.get(key)
    if (chat === undefined || shown?.text === text) return
    const wait = kind === 'progress' && shown !== undefined ? shown.at + pace(thread, chat) - clock.now() : 0
    if (wait > 0) return tick(thread, wait)
    const message = messageOfKey(thread, key)
    const sent = await tell(thread, chat, { key, card, place }).finally(() =>
      thread.shown.set(key, { text, at: clock.now() }),
    )
    if (sent === STOPPED || sent === message) return
    thread.posted.set(key, sent)
    await record(thread, key, sent)
  }

  /** Waits for the journal, unless it refuses: that is to be told in this very line. */
  const record = async (thread: Thread, key: string, message: MessageRef) => {
    const refused = Promise.withResolvers<void>()
    const written = options
      .posted(thread.deployment.number, key, message)
      .catch((error) => failed(thread, error))
      .finally(() => {
        thread.records.delete(written)
        rest(thread)
      })
    thread.records.set(written, refused.resolve)
    await Promise.race([written, refused.promise])
  }

  /** Of a card that the chat will never take it is said that it is missing. */
  const tell = async (thread: Thread, chat: Chat, post: Post) => {
    const { card, place } = post
    try {
      return await send(thread, chat, post, card)
    } catch (error) {
      const unfit = unfitIn(error)
      if (unfit === undefined) throw error
      options.failed(place.platform, `"${card.title}" cannot be shown in ${place.channel}: ${messageOf(error)}`)
      const spell = (command: string) => chat.spell(command, place)
      return send(thread, chat, post, unfitCard(thread.deployment, card, unfit, { spell }))
    }
  }

  /** What somebody deleted is posted again where it asks something; the rest was read. */
  const send = async (thread: Thread, chat: Chat, { key, card, place }: Post, told: Card) => {
    const message = messageOfKey(thread, key)
    const attempt = async () => {
      const isGone = message !== undefined && (await chat.update(message, told, key)) === 'gone'
      if (message !== undefined && !(isGone && card.buttons.length > 0)) return message
      return chat.post(inThread(thread, chat, key, place), told, key)
    }
    const sent = await retries.untilSent(place, attempt, () => isPast(thread.deployment, clock.now()))
    if (sent === STOPPED && !retries.stopped)
      options.failed(place.platform, `"${card.title}" is left untold: ${place.channel} has not taken it for a day`)
    return sent
  }

  /** Least ms between two edits: all deployments on a platform share what it allows; the last state of all does not wait. */
  const pace = ({ deployment }: Thread, { platform, abilities }: Chat): number => {
    if (abilities === undefined || deployment.endedAt !== undefined) return 0
    const together = [...threads.values()].filter(
      (other) => other.deployment.place.platform === platform && other.deployment.endedAt === undefined,
    )
    return Math.max(1, together.length) * editEvery(abilities, clock.now() - deployment.lastEventAt)
  }

  const tick = (thread: Thread, after: number) => {
    thread.cancelTick()
    if (thread.deployment.endedAt !== undefined || retries.stopped) return
    thread.cancelTick = clock.at(clock.now() + Math.min(after, TICK), () => changed(thread.deployment, thread.progress))
  }

  return {
    changed,
    again: retries.again,
    idle: async () => {
      for (;;) {
        const busy = [...threads.values()].flatMap(({ lines, records }) => [
          ...[...lines.values()].flatMap(({ pumping }) => pumping ?? []),
          ...records.keys(),
        ])
        if (busy.length === 0) return
        await Promise.all(busy)
      }
    },
    stop: () => {
      retries.stop()
      for (const thread of threads.values()) thread.cancelTick()
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function editEvery({ edits }: Abilities, idle: number): number {
  return idle < QUIET ? edits.busy : edits.quiet
}
