/** What is known in this process of the cards of a deployment: what is called for, what is out, and what goes where. */
import type { Chat } from '../ports/chat.ts'
import type { Card } from '../release/card.ts'
import type { Deployment, MessageRef, Place } from '../release/deployment.ts'
import { headKey } from '../release/report/threaded.ts'

export interface DerivedPost {
  readonly key: string
  readonly card: Card
  /** `progress`: edited often, and only its newest state matters. */
  readonly kind?: 'progress' | 'post'
  /** Where it belongs, if not where the deployment is told. */
  readonly place?: Place
}

export interface Thread {
  deployment: Deployment
  progress: ReadonlyMap<string, string>
  cancelTick: () => void
  /** What each message shows now, as text, so that an unchanged card is not sent again, and since when. */
  readonly shown: Map<string, { readonly text: string; readonly at: number }>
  /** Messages of this process, until the journal has them. */
  readonly posted: Map<string, MessageRef>
  /** Records that the journal does not have yet, each with what lets its line go on without it. */
  readonly records: Map<Promise<unknown>, () => void>
  readonly lines: Map<string, Line>
}

/** What goes to one place, one after the other. `posts`: what it should look like, until that is begun. */
export interface Line {
  posts: readonly DerivedPost[] | undefined
  pumping: Promise<void> | undefined
}

export function newThread(deployment: Deployment, progress: ReadonlyMap<string, string>): Thread {
  return {
    deployment,
    progress,
    cancelTick: () => {},
    shown: new Map(),
    posted: new Map(),
    records: new Map(),
    lines: new Map(),
  }
}

export function lineOf({ lines }: Thread, name: string): Line {
  const line = lines.get(name) ?? { posts: undefined, pumping: undefined }
  lines.set(name, line)
  return line
}

export function messageOfKey({ deployment, posted }: Thread, key: string): MessageRef | undefined {
  return deployment.messages[key] ?? posted.get(key)
}

/** Below the deployment's own message, where the platform has threads and the post belongs to that channel. */
export function inThread(thread: Thread, { abilities }: Chat, key: string, place: Place): Place {
  const { deployment } = thread
  const head = messageOfKey(thread, headKey(deployment))
  const isBelow = abilities?.threads === true && head !== undefined && key !== headKey(deployment)
  const isHere = head?.channel === place.channel && head.platform === place.platform
  return isBelow && isHere ? { ...place, thread: head.id } : place
}

/** The posts of each place, in their order. */
export function byPlace(
  { place }: Deployment,
  posts: readonly DerivedPost[],
): ReadonlyMap<string, readonly DerivedPost[]> {
  return Map.groupBy(posts, (post) => {
    const { platform, channel } = post.place ?? place
    return `${platform}/${channel}`
  })
}
