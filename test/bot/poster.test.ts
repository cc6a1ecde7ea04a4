/** Posting is beside the release: whatever goes wrong with a card or its record, the deployment goes on. */
import { expect, test } from 'vitest'
import { createPoster } from '../../src/bot/poster.ts'
import type { Chat } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { drive } from '../release/sample.ts'

const card: Card = { title: 'Harbour', tone: 'neutral', sections: [], buttons: [], files: [] }

const chat = (posted: string[]): Chat => ({
  platform: 'terminal',
  spell: (command) => command,
  post: async ({ platform, channel }, _, key) => {
    posted.push(key)
    return { platform, channel, id: key }
  },
  update: async () => {},
  answer: async () => {},
  start: async () => {},
  stop: async () => {},
})

test('a card that cannot be made is told to the log, and the next change is posted', async () => {
  const told: string[] = []
  const posted: string[] = []
  let broken = true
  const poster = createPoster({
    chats: [chat(posted)],
    clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
    cards: () => {
      if (broken) throw new Error('no such zone')
      return [{ key: '42/first', card }]
    },
    posted: async () => {},
    failed: (_, reason) => void told.push(reason),
  })
  const deployment = drive().now()
  poster.changed(deployment, new Map())
  await poster.idle()
  expect(told).toEqual(['no such zone'])
  broken = false
  poster.changed(deployment, new Map())
  await poster.idle()
  expect(posted).toEqual(['42/first'])
})
