/** What a channel or thread holds already: our messages by the key in their footer, so that no card is posted twice. */
import type { APIMessage, APIUser } from 'discord.js'
import type { Ask } from './rest.ts'

export interface History {
  /** The id of the message that was posted in a channel under a footer, in this process or an earlier one. */
  find(channel: string, footer: string): Promise<string | undefined>
  add(channel: string, footer: string, id: string): void
  /** Nobody knows whether a post went through: it is looked for again. */
  doubt(channel: string): void
}

const PAGE = 100
/** Messages beyond these are not looked at: a card that is missing for longer has been posted a second time at worst. */
const PAGES = 5
/** Channels and threads that are remembered; what is forgotten is read again. */
const MOST_CHANNELS = 100

/** Each channel is read once in a process, and again after a doubt. */
export function createHistory(ask: Ask): History {
  const known = new Map<string, Promise<Map<string, string>>>()
  let self: Promise<string> | undefined

  const read = async (channel: string): Promise<Map<string, string>> => {
    self ??= whoAmI(ask)
    const me = await self
    const found = new Map<string, string>()
    let before: string | undefined
    for (let page = 0; page < PAGES; page += 1) {
      const query = { limit: String(PAGE), ...(before !== undefined && { before }) }
      const messages = (await ask({ method: 'GET', path: `/channels/${channel}/messages`, query })) as APIMessage[]
      for (const message of messages) {
        const footer = message.author.id === me ? message.embeds[0]?.footer?.text : undefined
        if (footer !== undefined) found.set(footer, message.id)
      }
      before = messages.at(-1)?.id
      if (messages.length < PAGE) break
    }
    return found
  }

  const of = (channel: string) => {
    const reading = known.get(channel) ?? read(channel)
    known.set(channel, reading)
    if (known.size > MOST_CHANNELS) known.delete([...known.keys()][0] ?? '')
    reading.catch(() => {
      self = undefined
      known.delete(channel)
    })
    return reading
  }

  return {
    find: async (channel, footer) => (await of(channel)).get(footer),
    add: (channel, footer, id) =>
      void known
        .get(channel)
        ?.then((found) => found.set(footer, id))
        .catch(() => {}),
    doubt: (channel) => void known.delete(channel),
  }
}

async function whoAmI(ask: Ask): Promise<string> {
  const { id } = (await ask({ method: 'GET', path: '/users/@me' })) as APIUser
  return id
}
