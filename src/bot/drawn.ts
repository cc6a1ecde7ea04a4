/** Pictures become files on their way to a chat: a card carries how to draw them, and no platform has to know. */
import type { Chat } from '../ports/chat.ts'
import type { Pictures } from '../ports/pictures.ts'
import type { Card, Picture } from '../release/card.ts'

interface DrawnOptions {
  readonly pictures: Pictures
  /** The folder that pictures are kept in. */
  readonly folder: string
  readonly mask: (text: string) => string
  /** Told of a picture that could not be drawn: the card goes without it. */
  readonly failed: (name: string, reason: string) => void
}

/** The chat that sends each picture of a card as a file. */
export function drawnChat(chat: Chat, options: DrawnOptions): Chat {
  const drawn = async ({ pictures = [], ...card }: Card): Promise<Card> => {
    const files = await Promise.all(pictures.map((picture) => fileOf(picture, options)))
    return { ...card, files: [...card.files, ...files.flat()] }
  }
  return {
    ...chat,
    post: async (place, card, key) => chat.post(place, await drawn(card), key),
    update: async (message, card, key) => chat.update(message, await drawn(card), key),
    answer: async (incoming, card, audience) => chat.answer(incoming, await drawn(card), audience),
  }
}

async function fileOf({ name, svg }: Picture, { pictures, folder, mask, failed }: DrawnOptions) {
  const path = `${folder}/${name}`
  try {
    await pictures.draw(mask(svg()), path)
    return [{ name, path }]
  } catch (error) {
    failed(name, error instanceof Error ? error.message : String(error))
    return []
  }
}
