/** What this bot has posted, by key: remembered, and read from the channel where an earlier process may have been at work. */
import type { MessageRef, Place } from '../../src/release/deployment.ts'
import { type Calls, isRefused, NAMELESS, type Outcome } from './calls.ts'
import { messagesIn, readThread } from './thread.ts'

export interface OwnPosts {
  find(key: string): MessageRef | undefined
  /** Reads the place, unless everything in it is known. */
  look(place: Place): Promise<Outcome<true>>
  /** Keeps what was posted. The thread below it is empty, and need not be read. */
  keep(place: Place, key: string, id: string): MessageRef
  /** Something may have been posted there that nobody heard of. */
  doubt(place: Place): void
  forget(id: string): void
  /** What a message carries to be found again by its key. */
  mark(key: string): Readonly<Record<string, unknown>>
}

export interface OwnPostsOptions {
  readonly calls: Calls
  /** Tells this bot's deployments from those of another one, or of a new beginning, that have the same numbers. */
  readonly identity: string
  /** The bot's own id, which its messages carry; others may carry anything. */
  botId(): string | undefined
}

const METADATA = 'slipway_post'
/** As many messages of a channel as are read to find a post again. */
const LOOK_BACK = 200
const REMEMBERED = 5_000

export function createOwnPosts({ calls, identity, botId }: OwnPostsOptions): OwnPosts {
  const known = new Map<string, MessageRef>()
  /** Channels and threads in which everything that this bot has posted is known. */
  const read = new Set<string>()

  const remember = ({ channel }: Place, key: string, id: string): MessageRef => {
    const message = { platform: 'slack', channel, id } as const
    known.set(key, message)
    if (known.size > REMEMBERED) known.delete([...known.keys()][0] ?? '')
    return message
  }

  const settle = (place: Place) => {
    read.add(nameOf(place))
    if (read.size > REMEMBERED) read.delete([...read][0] ?? '')
  }

  const look: OwnPosts['look'] = async (place) => {
    if (read.has(nameOf(place))) return { ok: true, value: true }
    const bot = botId()
    if (bot === undefined) return NAMELESS
    const found = await listed(place, calls)
    if (!found.ok && !isRefused(found.fault, 'thread_not_found', 'missing_scope')) return found
    for (const { key, id } of found.ok ? postsIn(found.value, bot, identity) : []) remember(place, key, id)
    settle(place)
    return { ok: true, value: true }
  }

  return {
    find: (key) => known.get(key),
    look,
    keep: (place, key, id) => {
      if (place.thread === undefined) settle({ ...place, thread: id })
      return remember(place, key, id)
    },
    doubt: (place) => void read.delete(nameOf(place)),
    forget: (id) => {
      for (const [key, message] of known) if (message.id === id) known.delete(key)
    },
    mark: (key) => ({ event_type: METADATA, event_payload: { key: `${identity}/${key}` } }),
  }
}

async function listed({ channel, thread }: Place, calls: Calls): Promise<Outcome<readonly unknown[]>> {
  if (thread !== undefined) return readThread(calls, channel, thread)
  const found = await calls.call('conversations.history', { channel, limit: LOOK_BACK, include_all_metadata: true })
  return found.ok ? { ok: true, value: messagesIn(found.value) } : found
}

interface Listed {
  readonly ts?: unknown
  readonly bot_id?: unknown
  readonly metadata?: { readonly event_type?: unknown; readonly event_payload?: { readonly key?: unknown } }
}

/** Others may write the same metadata, but not as this bot. */
function postsIn(messages: readonly unknown[], bot: string, identity: string) {
  return (messages as readonly Listed[]).flatMap(({ ts, bot_id, metadata }) => {
    const key = metadata?.event_type === METADATA ? String(metadata.event_payload?.key) : ''
    const isOwn = bot_id === bot && key.startsWith(`${identity}/`)
    return isOwn ? [{ key: key.slice(identity.length + 1), id: String(ts) }] : []
  })
}

function nameOf({ channel, thread }: Place): string {
  return `${channel}/${thread ?? ''}`
}
