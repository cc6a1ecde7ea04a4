/** Pictures on their way to a chat. */
import { expect, test } from 'vitest'
import { drawnChat } from '../../src/bot/drawn.ts'
import type { Chat } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'

const PLACE = { platform: 'terminal', channel: 'tty' } as const
const CARD: Card = {
  title: 'Done',
  tone: 'good',
  sections: [],
  buttons: [],
  files: [{ name: 'log.txt', text: 'log' }],
  pictures: [{ name: 'timeline.png', svg: () => '<svg>the token is hunter2</svg>' }],
}

function chatWith(draw: (svg: string, to: string) => Promise<void>) {
  const sent: Card[] = []
  const failed: string[] = []
  const inner = {
    platform: 'terminal',
    post: async (_: unknown, card: Card) => void sent.push(card),
  } as unknown as Chat
  const mask = (text: string) => text.replaceAll('hunter2', '***')
  const chat = drawnChat(inner, {
    pictures: { draw },
    folder: '/data/pictures',
    mask,
    failed: (name, reason) => failed.push(`${name}: ${reason}`),
  })
  return { chat, sent, failed }
}

test('a picture is sent as a file, after the others, and no secret is drawn', async () => {
  const drawn: string[][] = []
  const { chat, sent } = chatWith(async (...each) => void drawn.push(each))
  await chat.post(PLACE, CARD, '1/result')
  expect(drawn).toEqual([['<svg>the token is ***</svg>', '/data/pictures/timeline.png']])
  const files = [...CARD.files, { name: 'timeline.png', path: '/data/pictures/timeline.png' }]
  expect(sent).toEqual([{ title: 'Done', tone: 'good', sections: [], buttons: [], files }])
})

test('a picture that cannot be drawn holds no card up', async () => {
  const { chat, sent, failed } = chatWith(() => Promise.reject(new Error('no font')))
  await chat.post(PLACE, CARD, '1/result')
  expect(sent[0]?.files).toEqual(CARD.files)
  expect(failed).toEqual(['timeline.png: no font'])
})
