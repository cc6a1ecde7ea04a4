/**
 * Posts the cards that a deployment calls for, minus those that have a recorded message, and edits what changed. A slow or
 * absent chat holds up nothing: each place has its own line, in order, and edits that pile up become one. Nor does a card that
 * a chat will never take: in its place it is said plainly.
 */
import { type Abilities, type Chat, unfitIn } from '../ports/chat.ts'
import type { Card } from '../release/card.ts'
import type { Deployment, MessageRef, Place } from '../release/deployment.ts'
import { headKey } from '../release/report/threaded.ts'
import { unfitCard } from '../release/report/unfit.ts'
import { createRetries, type RetriesOptions, STOPPED } from './retries.ts'
import { isPast } from './untold.ts'

export interface DerivedPost {
  readonly key: string
  readonly card: Card
  /** `progress`: edited often, and only its newest state matters. */
  readonly kind?: 'progress' | 'post'
  /** Where it belongs, if not where the deployment is told. */
  readonly place?: Place
}

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

interface Thread {
  deployment: Deployment
  progress: ReadonlyMap<string, string>
  cancelTick: () => void
  /** What each message shows now, as text, so that an unchanged card is not sent again, and since when. */
  readonly shown: Map<string, { readonly text: string; readonly at: number }>
  /** Messages of this process, until the journal has them. */
  readonly posted: Map<string, MessageRef>
  readonly lines: Map<string, Line>
}

/** What goes to one place, one after the other. `posts`: what it should look like, until that is begun. */
interface Line {
  posts: readonly DerivedPost[] | undefined
  pumping: Promise<void> | undefined
}

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
  const rest = ({ deployment: { number, endedAt }, lines }: Thread) => {
    const isBusy = [...lines.values()].some(({ pumping }) => pumping !== undefined)
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
    await options.posted(thread.deployment.number, key, sent)
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
        const lines = [...threads.values()].flatMap((thread) => [...thread.lines.values()])
        const busy = lines.flatMap(({ pumping }) => pumping ?? [])
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

function messageOfKey({ deployment, posted }: Thread, key: string): MessageRef | undefined {
  return deployment.messages[key] ?? posted.get(key)
}

/** Below the deployment's own message, where the platform has threads and the post belongs to that channel. */
function inThread(thread: Thread, { abilities }: Chat, key: string, place: Place): Place {
  const { deployment } = thread
  const head = messageOfKey(thread, headKey(deployment))
  const isBelow = abilities?.threads === true && head !== undefined && key !== headKey(deployment)
  const isHere = head?.channel === place.channel && head.platform === place.platform
  return isBelow && isHere ? { ...place, thread: head.id } : place
}

/** The posts of each place, in their order. */
function byPlace({ place }: Deployment, posts: readonly DerivedPost[]): ReadonlyMap<string, readonly DerivedPost[]> {
  return Map.groupBy(posts, (post) => {
    const { platform, channel } = post.place ?? place
    return `${platform}/${channel}`
  })
}

function lineOf({ lines }: Thread, name: string): Line {
  const line = lines.get(name) ?? { posts: undefined, pumping: undefined }
  lines.set(name, line)
  return line
}

function newThread(deployment: Deployment, progress: ReadonlyMap<string, string>): Thread {
  return {
    deployment,
    progress,
    cancelTick: () => {},
    shown: new Map(),
    posted: new Map(),
    lines: new Map(),
  }
}
