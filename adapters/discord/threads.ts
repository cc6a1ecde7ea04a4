/** The thread of a deployment hangs below its message in the channel. One that was deleted is opened again. */
import type { APIMessage } from 'discord.js'
import { cutText } from './markdown.ts'
import { type Ask, hasCode } from './rest.ts'

export interface Threads {
  /** The thread below a message, opened under the message's title where it is not there yet; `name` is for a message that is gone. */
  open(channel: string, message: string, name: string): Promise<string>
  /** The thread is gone: the next `open` makes another one. */
  lost(thread: string): void
}

export interface ThreadsOptions {
  readonly ask: Ask
  /** The message in the channel that a lost thread goes on below, if there is one. */
  wentOn(channel: string, lost: string): Promise<string | undefined>
  /** Posts that message, exactly once for the lost thread; its id. */
  goesOn(channel: string, lost: string, name: string): Promise<string>
}

/** Minutes: three days of silence, longer than any deployment waits for a person by default. */
const ARCHIVED_AFTER = 4320
const LONGEST_NAME = 100

/** Of others Discord is asked again. */
const MOST_OPENED = 500

export function createThreads({ ask, wentOn, goesOn }: ThreadsOptions): Threads {
  /** The thread that takes the posts of each message's thread: its own, or the one that it goes on in. */
  const opened = new Map<string, string>()
  const gone = new Set<string>()

  const open: Threads['open'] = async (channel, message, name) => {
    const known = opened.get(message)
    if (known !== undefined) return known
    const found = await find(channel, message, name)
    opened.set(message, found)
    if (opened.size > MOST_OPENED) opened.delete([...opened.keys()][0] ?? '')
    return found
  }

  const find = async (channel: string, message: string, name: string): Promise<string> => {
    const next = await wentOn(channel, message)
    if (next !== undefined) return open(channel, next, name)
    const title = await titleOf(channel, message)
    const isGone = title === undefined || gone.has(message)
    return isGone ? again(channel, message, title ?? name) : begin(channel, message, title)
  }

  /** What stands above the whole deployment, without what its markdown needs; undefined where somebody deleted it. */
  const titleOf = async (channel: string, message: string): Promise<string | undefined> => {
    try {
      const found = (await ask({
        method: 'GET',
        path: `/channels/${channel}/messages/${message}`,
      })) as Partial<APIMessage>
      return found.embeds?.[0]?.title?.replace(/\\(?=[^\w\s])/g, '') ?? ''
    } catch (error) {
      if (hasCode(error, 'unknownMessage')) return undefined
      throw error
    }
  }

  /** Discord gives a thread the id of the message it hangs below; that it is there already is as good. */
  const begin = async (channel: string, message: string, title: string): Promise<string> => {
    const name = cutText(title.toWellFormed(), LONGEST_NAME).trim() || 'Slipway'
    const body = { name, auto_archive_duration: ARCHIVED_AFTER }
    try {
      await ask({ method: 'POST', path: `/channels/${channel}/messages/${message}/threads`, body })
    } catch (error) {
      if (!hasCode(error, 'threadExists')) throw error
    }
    return message
  }

  const again = async (channel: string, message: string, name: string): Promise<string> =>
    open(channel, await goesOn(channel, message, name), name)

  return {
    open,
    lost: (thread) => {
      gone.add(thread)
      for (const [message, found] of opened) if (found === thread) opened.delete(message)
    },
  }
}
