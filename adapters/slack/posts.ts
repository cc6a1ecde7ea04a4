/**
 * Posts that are there exactly once. A lost answer does not say whether the post was made, so each carries its key, and where
 * it may have been made before, by this process or an earlier one, the place is read first.
 */
import type { Card, CardFile } from '../../src/release/card.ts'
import type { MessageRef, Place } from '../../src/release/deployment.ts'
import { type Calls, isRefused, type Outcome, type Reply } from './calls.ts'
import { attach, type FilesOptions, type Lacking, type Shelf } from './files.ts'
import type { Lines } from './lines.ts'
import { createOwnPosts, type OwnPostsOptions } from './own-posts.ts'
import { askable, askableLater, asks } from './question.ts'
import { type Rendered, type RenderOptions, renderCard, WHOLE } from './render.ts'

export interface Posts {
  post(place: Place, card: Card, key: string): Promise<MessageRef>
  /** Resolves with `gone` where somebody has deleted the message. */
  update(message: MessageRef, card: Card, key: string): Promise<'gone' | undefined>
}

export interface PostsOptions extends RenderOptions, FilesOptions, OwnPostsOptions {
  readonly calls: Calls
  readonly lines: Lines
}

/** The message may not be changed any more, and trying again would not help. */
const CLOSED = ['cant_update_message', 'edit_window_closed']
/** Nothing can stand in the thread any more. */
const NO_THREAD = ['thread_not_found', 'restricted_action_thread_locked']
const REMEMBERED = 5_000

export function createPosts(options: PostsOptions): Posts {
  const { calls, lines } = options
  const own = createOwnPosts(options)
  /** Questions whose files all stand beside them. */
  const readable = new Set<string>()
  /** Messages whose whole text stands in their thread. */
  const offered = new Set<string>()

  const filesWith = (card: Card) => filesOf(card, renderCard(card, options))

  /** Done in one turn of the channel, so that nobody else's post comes between question and answer. */
  const make = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    if (own.find(key) === undefined) {
      const looked = await own.look(place)
      if (!looked.ok) return looked
    }
    const before = own.find(key)
    if (before !== undefined) return complete(before, card, key)
    if (place.thread === undefined) return begin(place, card, key)
    const made = await follow(place, card, key)
    const isAlone = !made.ok && isRefused(made.fault, ...NO_THREAD)
    return isAlone ? make({ platform: 'slack', channel: place.channel }, card, key) : made
  }

  /** In a thread files come first, and then the message that speaks of them. */
  const follow = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    const lacking = await attachTo(place, card, key)
    if (!lacking.ok) return lacking
    const made = await send(place, askable(card, lacking.value), key)
    if (made.ok && lacking.value.length === 0) keep(readable, made.value.id)
    return made
  }

  /** In the channel the message is what files stand below; until they do, it cannot be approved. */
  const begin = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    const made = await send(place, asks(card) ? askableLater(card, filesWith(card)) : card, key)
    return made.ok ? complete(made.value, card, key, { isShown: filesWith(card).length === 0 || !asks(card) }) : made
  }

  const complete = async (
    message: MessageRef,
    card: Card,
    key: string,
    { isShown } = { isShown: false },
  ): Promise<Outcome<MessageRef>> => {
    const lacking = filesWith(card).length === 0 ? NOTHING_LACKS : await attachBelow(message, card, key)
    if (!lacking.ok) return lacking
    if (lacking.value.length === 0 && isShown) return found(message)
    const shown = await show(message, askable(card, lacking.value), key)
    return shown.ok ? found(message) : shown
  }

  const send = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    const { message } = renderCard(card, options)
    const silent = { unfurl_links: false, unfurl_media: false }
    const args = { ...message, ...silent, channel: place.channel, metadata: own.mark(key) }
    const posted = await calls.call('chat.postMessage', { ...args, ...inThread(place, card) })
    if (posted.ok) return found(own.keep(place, key, String(posted.value.ts)))
    if (posted.fault.kind === 'unknown') own.doubt(place)
    return posted
  }

  const attachTo = ({ channel, thread }: Place, card: Card, key: string) => {
    const shelf: Shelf = { channel, mark: key, ...(thread !== undefined && { thread }) }
    return attach(filesWith(card), shelf, options)
  }

  /** A question that was posted without its files may have them now: without them it stays without its approval. */
  const edit = async (message: MessageRef, card: Card, key: string): Promise<Outcome<'gone' | undefined>> => {
    const isWhole = !asks(card) || filesWith(card).length === 0 || readable.has(message.id)
    const lacking = isWhole ? NOTHING_LACKS : await attachBelow(message, card, key)
    return lacking.ok ? show(message, askable(card, lacking.value), key) : lacking
  }

  const show = async ({ channel, id }: MessageRef, card: Card, key: string): Promise<Outcome<'gone' | undefined>> => {
    const { message, whole } = renderCard(card, options)
    const done = await calls.call('chat.update', { ...message, channel, ts: id })
    if (done.ok && whole !== undefined && !offered.has(id)) return offer(channel, id, card, key)
    if (done.ok || isRefused(done.fault, ...CLOSED)) return { ok: true, value: undefined }
    if (!isRefused(done.fault, 'message_not_found')) return done
    own.forget(id)
    return { ok: true, value: 'gone' }
  }

  /** What an edit has no room for, once: it stands in the thread, and later edits say the same in other numbers. */
  const offer = async (channel: string, id: string, card: Card, key: string): Promise<Outcome<undefined>> => {
    const thread = await threadOf(channel, id)
    if (!thread.ok) return thread
    const lacking = await attachTo({ platform: 'slack', channel, thread: thread.value }, { ...card, files: [] }, key)
    if (!lacking.ok) return lacking
    keep(offered, id)
    return { ok: true, value: undefined }
  }

  /** Below a message that is gone nothing can stand, which its edit will tell. */
  const attachBelow = async ({ channel, id }: MessageRef, card: Card, key: string): Promise<Outcome<Lacking>> => {
    const thread = await threadOf(channel, id)
    if (!thread.ok) return isRefused(thread.fault, 'thread_not_found') ? NOTHING_LACKS : thread
    const lacking = await attachTo({ platform: 'slack', channel, thread: thread.value }, card, key)
    if (lacking.ok && lacking.value.length === 0) keep(readable, id)
    return lacking
  }

  /** The thread that a message stands in, or would begin. */
  const threadOf = async (channel: string, id: string): Promise<Outcome<string>> => {
    const listed = await calls.call('conversations.replies', { channel, ts: id, limit: 1 })
    return listed.ok ? { ok: true, value: threadIn(listed.value, id) } : listed
  }

  return {
    post: (place, card, key) => lines.inTurn(place.channel, () => make(place, card, key)),
    update: async (message, card, key) => {
      // Its buttons are known from here on, whenever the edit itself gets through.
      renderCard(card, options)
      return lines.inTurn(message.channel, () => edit(message, card, key))
    },
  }
}

const NOTHING_LACKS: Outcome<Lacking> = { ok: true, value: [] }

/** A gate is shown in the channel too: who has to answer need not have opened the thread. */
function inThread({ thread }: Place, card: Card) {
  if (thread === undefined) return {}
  return { thread_ts: thread, ...(asks(card) && { reply_broadcast: true }) }
}

/** What goes with a message: its files, and where it is cut the whole of it. */
export function filesOf(card: Card, { whole }: Pick<Rendered, 'whole'>): readonly CardFile[] {
  return [...card.files, ...(whole === undefined ? [] : [{ name: WHOLE, text: whole }])]
}

interface Listed {
  readonly ts?: unknown
  readonly thread_ts?: unknown
}

function keep(ids: Set<string>, id: string): void {
  ids.add(id)
  if (ids.size > REMEMBERED) ids.delete([...ids][0] ?? '')
}

function threadIn({ messages }: Reply, id: string): string {
  const listed = Array.isArray(messages) ? (messages as readonly Listed[]) : []
  return String(listed.find(({ ts }) => ts === id)?.thread_ts ?? id)
}

function found(value: MessageRef): Outcome<MessageRef> {
  return { ok: true, value }
}
