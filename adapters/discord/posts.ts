/** Posting and editing: each card once under its key, in the channel or in a thread, whatever is lost on the way. */
import { createHash } from 'node:crypto'
import type { APIMessage } from 'discord.js'
import type { Chat } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { ButtonBook } from '../../src/release/button-book.ts'
import type { Card } from '../../src/release/card.ts'
import type { MessageRef, Place } from '../../src/release/deployment.ts'
import { createHistory } from './history.ts'
import { type MessageBody, messageOf, type ReadFile } from './message.ts'
import { spokenRefusal } from './refusals.ts'
import { type Ask, hasCode } from './rest.ts'
import { createThreads } from './threads.ts'

export interface PostsOptions {
  readonly ask: Ask
  readonly buttons: ButtonBook
  readonly readFile: ReadFile
  /** Tells the messages of this bot's data from those of another one with the same numbers. */
  readonly identity: string
  readonly clock: Pick<Clock, 'sleep'>
  /** Nothing is tried again once it is aborted. */
  readonly ending: AbortSignal
  log(line: string): void
}

export interface Posts extends Pick<Chat, 'post' | 'update'> {
  /** A thread was deleted: what waits for an answer in it is asked again in another one. */
  threadLost(thread: string): Promise<void>
}

/** A posted card with buttons, and where it is now. */
interface Open {
  readonly place: Place
  readonly card: Card
  readonly ref: MessageRef
}

/** More than all open deployments show; of the oldest nobody waits for an answer any more. */
const MOST_OPEN = 500
/** What nobody could be asked elsewhere is tried again. */
const AGAIN_MS = 60_000

export function createPosts({ ask, buttons, readFile, identity, clock, ending, log }: PostsOptions): Posts {
  const history = createHistory(ask)
  const open = new Map<string, Open>()
  const footerOf = (key: string) => `${key} · ${identity}`
  const render = (card: Card, key?: string) =>
    messageOf(card, { ...(key !== undefined && { footer: footerOf(key) }), idOf: buttons.idOf, readFile })
  const threads = createThreads({
    ask,
    wentOn: (channel, lost) => history.find(channel, footerOf(goesOnKey(lost))),
    goesOn: async (channel, lost, name) => (await send(channel, goesOnCard(name), goesOnKey(lost))).id,
  })

  const post: Posts['post'] = async (place, card, key) => {
    const { channel, thread } = place
    try {
      const ref = await (thread === undefined ? send(channel, card, key) : sendBelow(channel, thread, card, key))
      keep(key, { place, card, ref })
      return ref
    } catch (error) {
      throw spokenRefusal(error, channel)
    }
  }

  const sendBelow = async (channel: string, message: string, card: Card, key: string): Promise<MessageRef> => {
    const thread = await threads.open(channel, message, card.title)
    try {
      return await send(thread, card, key)
    } catch (error) {
      if (!hasCode(error, 'unknownChannel', 'threadLocked', 'archived')) throw error
      threads.lost(thread)
      return send(await threads.open(channel, message, card.title), card, key)
    }
  }

  /**
   * A nonce makes repeats within minutes one message; what was posted before that is found by its footer. An earlier process
   * may have posted it otherwise, and this one knows only the buttons that it has shown itself.
   */
  const send = async (channel: string, card: Card, key: string): Promise<MessageRef> => {
    const footer = footerOf(key)
    try {
      const found = await history.find(channel, footer)
      if (found !== undefined) await edit({ platform: 'discord', channel, id: found }, await render(card, key))
      const id = found ?? (await create(channel, card, key))
      history.add(channel, footer, id)
      return { platform: 'discord', channel, id }
    } catch (error) {
      history.doubt(channel)
      throw error
    }
  }

  const create = async (channel: string, card: Card, key: string): Promise<string> => {
    const { body, files } = await render(card, key)
    const nonce = createHash('sha256')
      .update(`${channel}|${footerOf(key)}`)
      .digest('base64url')
      .slice(0, 25)
    const path = `/channels/${channel}/messages` as const
    const sent = await ask({
      method: 'POST',
      path,
      body: { ...body, nonce, enforce_nonce: true },
      ...(files && { files }),
    })
    return (sent as APIMessage).id
  }

  const update: Posts['update'] = async (message, card, key) => {
    const known = key === undefined ? undefined : open.get(key)
    const ref = known?.ref ?? message
    try {
      await edit(ref, await render(card, key))
      if (key !== undefined && known !== undefined) keep(key, { ...known, card })
      return undefined
    } catch (error) {
      const isClosed = hasCode(error, 'archived', 'threadLocked')
      if (!isClosed && !hasCode(error, 'unknownMessage', 'unknownChannel')) throw spokenRefusal(error, ref.channel)
      if (isClosed) threads.lost(ref.channel)
      history.doubt(ref.channel)
      if (key !== undefined) open.delete(key)
      return 'gone'
    }
  }

  /** Nobody can edit in an archived thread; opening it again calls nobody. One that is locked as well stays closed. */
  const edit = async ({ channel, id }: MessageRef, body: MessageBody): Promise<void> => {
    const change = () => ask({ method: 'PATCH', path: `/channels/${channel}/messages/${id}`, ...body })
    try {
      await change()
    } catch (error) {
      if (!hasCode(error, 'archived')) throw error
      await ask({ method: 'PATCH', path: `/channels/${channel}`, body: { archived: false } }).catch((refusal) => {
        throw hasCode(refusal, 'missingAccess', 'missingPermissions') ? error : refusal
      })
      await change()
    }
  }

  const keep = (key: string, shown: Open) => {
    open.delete(key)
    if (shown.card.buttons.length > 0) open.set(key, shown)
    if (open.size > MOST_OPEN) open.delete([...open.keys()][0] ?? '')
  }

  const threadLost: Posts['threadLost'] = async (thread) => {
    threads.lost(thread)
    history.doubt(thread)
    const told = new Set<string>()
    const refused = (error: unknown) => {
      const line = `Discord: ${error instanceof Error ? error.message : String(error)}`
      if (!told.has(line)) log(line)
      told.add(line)
    }
    for (let lost = lostIn(thread); lost.length > 0 && !ending.aborted; lost = lostIn(thread)) {
      for (const [key, { place, card }] of lost) await post(place, card, key).catch(refused)
      if (lostIn(thread).length > 0) await clock.sleep(AGAIN_MS, ending)
    }
  }

  /** Without an answer that was posted into the thread as into a channel: it has no other place. */
  const lostIn = (thread: string) =>
    [...open].filter(([, { place, ref }]) => ref.channel === thread && place.channel !== thread)

  return { post, update, threadLost }
}

function goesOnKey(lost: string): string {
  return `${lost}/goes-on`
}

/** What stands in the channel where a thread was deleted or locked. */
function goesOnCard(name: string): Card {
  const text = 'Its thread was deleted or locked, so it goes on below this message.'
  return { title: name, tone: 'neutral', sections: [{ kind: 'text', text }], buttons: [], files: [] }
}
