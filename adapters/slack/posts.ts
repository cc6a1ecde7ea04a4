/**
 * Posts that are there exactly once. A lost answer does not say whether the post was made, so each carries its key in its
 * metadata, and where it may have been made before, by this process or an earlier one, the channel is read first.
 */
import type { Card, CardFile } from '../../src/release/card.ts'
import type { MessageRef, Place } from '../../src/release/deployment.ts'
import type { Calls, Fault, Outcome, Reply } from './calls.ts'
import { attach, type FilesOptions, type Lacking, type Shelf } from './files.ts'
import type { Lines } from './lines.ts'
import { type RenderOptions, renderCard } from './render.ts'

export interface Posts {
  post(place: Place, card: Card, key: string): Promise<MessageRef>
  /** Resolves with `gone` where somebody has deleted the message. */
  update(message: MessageRef, card: Card, key: string): Promise<'gone' | undefined>
}

export interface PostsOptions extends RenderOptions, FilesOptions {
  readonly calls: Calls
  readonly lines: Lines
  /** Tells this bot's deployments from those of another one, or of a new beginning, that have the same numbers. */
  readonly identity: string
  /** The bot's own id, which its messages carry; others may carry anything. */
  botId(): string | undefined
}

const METADATA = 'slipway_post'
/** As many messages of a channel as are read to find a post again. */
const LOOK_BACK = 200
/** The message may not be changed any more, and trying again would not help. */
const CLOSED = ['cant_update_message', 'edit_window_closed', 'is_inactive']
const REMEMBERED = 5_000

export function createPosts(options: PostsOptions): Posts {
  const { calls, lines } = options
  const known = new Map<string, MessageRef>()
  /** Channels and threads in which everything that this bot has posted is known. */
  const read = new Set<string>()

  /** Questions whose files all stand beside them. */
  const readable = new Set<string>()

  /** Done in one turn of the channel, so that nobody else's post comes between question and answer. */
  const make = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    const looked = known.has(key) || read.has(nameOf(place)) || (await look(place))
    if (looked !== true) return looked
    const lacking =
      place.thread === undefined ? NOTHING_LACKS : await attach(filesOf(card, options), shelf(place, key), options)
    if (!lacking.ok) return lacking
    const before = known.get(key)
    const made = before === undefined ? await send(place, askable(card, lacking.value), key) : ref(before)
    if (!made.ok) return made
    if (lacking.value.length === 0) remembered(readable, made.value.id)
    if (place.thread !== undefined) return made
    const below = await attach(filesOf(card, options), shelf({ ...place, thread: made.value.id }, key), options)
    return below.ok ? made : below
  }

  const send = async (place: Place, card: Card, key: string): Promise<Outcome<MessageRef>> => {
    const { message } = renderCard(card, options)
    const args = {
      ...message,
      channel: place.channel,
      metadata: { event_type: METADATA, event_payload: { key: `${options.identity}/${key}` } },
      unfurl_links: false,
      unfurl_media: false,
    }
    const posted = await calls.call('chat.postMessage', { ...args, ...inThread(place, card) })
    if (posted.ok) return ref(remember(begun(place, String(posted.value.ts)), key, String(posted.value.ts)))
    if (posted.fault.kind === 'unknown') read.delete(nameOf(place))
    if (!isRefused(posted.fault, ['thread_not_found'])) return posted
    const again = await calls.call('chat.postMessage', args)
    return again.ok ? ref(remember(place, key, String(again.value.ts))) : again
  }

  /** A question that an earlier process posted may lack its files: without them it stays without its approval. */
  const readableCard = async ({ channel, id }: MessageRef, card: Card, key: string): Promise<Outcome<Card>> => {
    if (!asks(card) || card.files.length === 0 || readable.has(id)) return { ok: true, value: card }
    const found = await calls.call('conversations.replies', { channel, ts: id, limit: 1 })
    if (!found.ok) return isRefused(found.fault, ['thread_not_found']) ? { ok: true, value: card } : found
    const lacking = await attach(
      filesOf(card, options),
      { channel, thread: threadIn(found.value, id), mark: key },
      options,
    )
    if (!lacking.ok) return lacking
    if (lacking.value.length === 0) remembered(readable, id)
    return { ok: true, value: askable(card, lacking.value) }
  }

  /** The thread below a message that was just posted is empty, and need not be read. */
  const begun = (place: Place, id: string): Place => {
    if (place.thread === undefined) remembered(read, nameOf({ ...place, thread: id }))
    return place
  }

  /** Finds what this bot has posted in the place. */
  const look = async (place: Place): Promise<true | Outcome<never>> => {
    const { channel, thread } = place
    if (options.botId() === undefined)
      return { ok: false, fault: { kind: 'unknown', message: 'not even who this bot is' } }
    const about = { channel, limit: LOOK_BACK, include_all_metadata: true }
    const found =
      thread === undefined
        ? await calls.call('conversations.history', about)
        : await calls.call('conversations.replies', { ...about, ts: thread })
    if (!found.ok && !isRefused(found.fault, ['thread_not_found', 'missing_scope'])) return found
    for (const [key, id] of found.ok ? ownPosts(found.value, options) : []) remember(place, key, id)
    remembered(read, nameOf(place))
    return true
  }

  const remember = ({ channel }: Place, key: string, id: string): MessageRef => {
    const message = { platform: 'slack', channel, id } as const
    known.set(key, message)
    if (known.size > REMEMBERED) known.delete([...known.keys()][0] ?? '')
    return message
  }

  const forget = (id: string): Outcome<'gone'> => {
    for (const [key, message] of known) if (message.id === id) known.delete(key)
    return { ok: true, value: 'gone' }
  }

  return {
    post: (place, card, key) => lines.inTurn(place.channel, () => make(place, card, key)),
    update: async (message, card, key) => {
      // Its buttons are known from here on, whenever the edit itself gets through.
      renderCard(card, options)
      return lines.inTurn(message.channel, async (): Promise<Outcome<'gone' | undefined>> => {
        const { channel, id } = message
        const shown = await readableCard(message, card, key)
        if (!shown.ok) return shown
        const done = await calls.call('chat.update', { ...renderCard(shown.value, options).message, channel, ts: id })
        if (done.ok || isRefused(done.fault, CLOSED)) return { ok: true, value: undefined }
        return isRefused(done.fault, ['message_not_found']) ? forget(id) : done
      })
    },
  }
}

/** A gate is shown in the channel too: who has to answer need not have opened the thread. */
function inThread({ thread }: Place, card: Card) {
  if (thread === undefined) return {}
  return { thread_ts: thread, ...(asks(card) && { reply_broadcast: true }) }
}

function filesOf(card: Card, options: RenderOptions): readonly CardFile[] {
  const { whole } = renderCard(card, options)
  return [...card.files, ...(whole === undefined ? [] : [{ name: 'all-of-it.txt', text: whole }])]
}

const NOTHING_LACKS: Outcome<Lacking> = { ok: true, value: [] }

/** What could not be attached whole cannot be judged, and so not approved. */
function askable(card: Card, lacking: Lacking): Card {
  if (lacking.length === 0) return card
  const rule = asks(card)
    ? ' What cannot be read whole cannot be approved here; deny it, or answer at the machine.'
    : ''
  const text = `Not attached: ${lacking.join('; ')}.${rule}`
  const buttons = card.buttons.filter(({ gate, command }) => gate === undefined || !command.startsWith('approve'))
  return { ...card, buttons, sections: [{ kind: 'text', text }, ...card.sections] }
}

function asks({ buttons }: Card): boolean {
  return buttons.some(({ gate }) => gate !== undefined)
}

function shelf({ channel, thread }: Place, mark: string): Shelf {
  return { channel, mark, ...(thread !== undefined && { thread }) }
}

/** The thread that a message stands in, or would begin. */
function threadIn({ messages }: Reply, id: string): string {
  const listed = Array.isArray(messages) ? (messages as readonly Loose[]) : []
  return String(listed.find(({ ts }) => ts === id)?.thread_ts ?? id)
}

function remembered(set: Set<string>, name: string): void {
  set.add(name)
  if (set.size > REMEMBERED) set.delete([...set][0] ?? '')
}

/** Keys and ids of the messages that this bot has posted. */
function ownPosts(
  { messages }: Reply,
  { botId, identity }: Pick<PostsOptions, 'botId' | 'identity'>,
): readonly (readonly [string, string])[] {
  const listed = Array.isArray(messages) ? (messages as readonly Loose[]) : []
  return listed.flatMap(({ ts, bot_id, metadata }) => {
    const key = metadata?.event_type === METADATA ? String(metadata.event_payload?.key) : ''
    const isOwn = bot_id === botId() && key.startsWith(`${identity}/`)
    return isOwn ? [[key.slice(identity.length + 1), String(ts)] as const] : []
  })
}

interface Loose {
  readonly ts?: unknown
  readonly thread_ts?: unknown
  readonly bot_id?: unknown
  readonly metadata?: { readonly event_type?: unknown; readonly event_payload?: { readonly key?: unknown } }
}

function isRefused(fault: Fault, errors: readonly string[]): boolean {
  return fault.kind === 'refused' && errors.includes(fault.error)
}

function nameOf({ channel, thread }: Place): string {
  return `${channel}/${thread ?? ''}`
}

function ref(value: MessageRef): Outcome<MessageRef> {
  return { ok: true, value }
}
