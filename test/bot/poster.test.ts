/** Posting is beside the release: whatever goes wrong with a card or its record, the deployment goes on. */
import { expect, test } from 'vitest'
import { createPoster } from '../../src/bot/poster.ts'
import type { Chat } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { drive } from '../release/sample.ts'
import { plain } from './fake-bot.ts'

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
    refused: () => {},
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

/** A clock that stands still until it is moved, and tells how long it is slept on. */
function handClock() {
  let time = 0
  const calls = new Set<{ readonly at: number; readonly call: () => void }>()
  return {
    now: () => time,
    sleep: async () => {},
    at: (at: number, call: () => void) => {
      const entry = { at, call }
      calls.add(entry)
      return () => void calls.delete(entry)
    },
    move: (by: number) => {
      time += by
      for (const entry of [...calls].filter(({ at }) => at <= time)) {
        calls.delete(entry)
        entry.call()
      }
    },
  }
}

test('edits of the progress card wait their time and become one, and other posts do not wait for them', async () => {
  const clock = handClock()
  const sent: string[] = []
  const slack: Chat = {
    ...chat([]),
    platform: 'slack',
    abilities: { threads: true, moments: true, edits: { busy: 2_000, quiet: 5_000 } },
    post: async ({ thread = '' }, { title }, key) => {
      sent.push(`post ${title} ${thread}`.trim())
      return { platform: 'slack', channel: 'C1', id: key }
    },
    update: async (_, { title }) => void sent.push(`edit ${title}`),
  }
  let state = 0
  const poster = createPoster({
    chats: [slack],
    clock,
    cards: () => [
      { key: '42/first', kind: 'progress', card: { ...card, title: `state ${state}` } },
      ...(state > 2 ? [{ key: '42/gate', card: { ...card, title: 'gate' } }] : []),
    ],
    posted: async () => {},
    failed: () => {},
    refused: () => {},
  })
  const deployment = { ...drive().now(), place: { platform: 'slack', channel: 'C1' } as const, lastEventAt: 0 }
  for (state = 0; state < 4; state += 1) {
    poster.changed(deployment, new Map())
    await poster.idle()
  }
  expect(sent).toEqual(['post state 0', 'post gate 42/first'])
  state = 4
  clock.move(2_000)
  await poster.idle()
  expect(sent.slice(2)).toEqual(['edit state 4'])
  poster.stop()
})

test('one place that does not answer holds up no other', async () => {
  const posted: string[] = []
  const poster = createPoster({
    chats: [{ ...chat([]), platform: 'discord', post: () => new Promise(() => {}) }, chat(posted)],
    clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
    cards: () => [
      { key: '42/announce', card, place: { platform: 'discord', channel: '1' } },
      { key: '42/first', card },
    ],
    posted: async () => {},
    failed: () => {},
    refused: () => {},
  })
  poster.changed(drive().now(), new Map())
  await expect.poll(() => posted).toEqual(['42/first'])
  poster.stop()
})

test('what has ended is let go of once all of it is out, and not before', async () => {
  const posted: string[] = []
  const told: number[] = []
  const held = Promise.withResolvers<void>()
  const slow: Chat = {
    ...chat(posted),
    post: async (place, shown, key) => {
      await held.promise
      return chat(posted).post(place, shown, key)
    },
  }
  const poster = createPoster({
    chats: [slow],
    clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
    cards: () => [{ key: '42/result', card }],
    posted: async () => {},
    told: (number) => void told.push(number),
    failed: () => {},
    refused: () => {},
  })
  const hand = drive(plain)
  hand.start()
  poster.changed(hand.now(), new Map())
  hand.run()
  poster.changed(hand.now(), new Map())
  expect(hand.now().endedAt).toBeDefined()
  expect(told).toEqual([])
  held.resolve()
  await poster.idle()
  expect([posted, told]).toEqual([['42/result'], [42]])
})

test('a card that is called for just as the ones before it are out is posted too, whatever the instant', async () => {
  for (let instant = 0; instant < 40; instant += 1) {
    const posted: string[] = []
    let keys = ['42/first']
    const poster = createPoster({
      chats: [chat(posted)],
      clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
      cards: () => keys.map((key) => ({ key, card })),
      posted: async () => {},
      failed: () => {},
      refused: () => {},
    })
    const deployment = drive().now()
    poster.changed(deployment, new Map())
    for (let turn = 0; turn < instant; turn += 1) await Promise.resolve()
    keys = ['42/first', '42/result']
    poster.changed(deployment, new Map())
    await poster.idle()
    expect([instant, ...posted]).toEqual([instant, '42/first', '42/result'])
  }
})
