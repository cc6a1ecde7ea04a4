/** Posting is beside the release: whatever goes wrong with a card or its record, the deployment goes on. */
import { describe, expect, test } from 'vitest'
import { createPoster } from '../../src/bot/poster.ts'
import type { Chat } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { problem } from '../../src/release/problems.ts'
import { PAUSED } from '../../src/release/report/view.ts'
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

test('that the journal refuses the record of a post is told in that very place, and the post is known until it has it', async () => {
  const sent: string[] = []
  const told: number[] = []
  const record = Promise.withResolvers<void>()
  const poster = createPoster({
    chats: [{ ...chat(sent), update: async (_, { title }) => void sent.push(title) }],
    clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
    cards: (_, progress) => [{ key: '42/first', card: { ...card, title: progress.get(PAUSED) ?? 'goes on' } }],
    posted: () => record.promise,
    told: (number) => void told.push(number),
    failed: () => {},
    refused: () => {},
  })
  const deployment = { ...drive().now(), endedAt: 1 }
  poster.changed(deployment, new Map())
  await expect.poll(() => sent).toEqual(['42/first'])
  poster.changed(deployment, new Map([[PAUSED, 'the disk is full']]))
  await expect.poll(() => sent).toEqual(['42/first', 'the disk is full'])
  let isIdle = false
  const idle = poster.idle().then(() => {
    isIdle = true
  })
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
  expect([told, isIdle]).toEqual([[], false])
  poster.changed(deployment, new Map())
  record.resolve()
  await idle
  expect(sent).toEqual(['42/first', 'the disk is full', 'goes on'])
  expect(told).toEqual([deployment.number])
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

describe('a card that the chat will never take', () => {
  const unfit = problem('discord.unfit', { answer: '50035, Invalid Form Body' })
  const asking: Card = {
    ...card,
    title: 'Submit?',
    buttons: [{ label: 'Approve', style: 'primary', command: 'approve' }],
  }

  /** A chat that refuses cards with one of these titles. */
  const scene = (refuses: RegExp) => {
    const shown: Card[] = []
    const told: string[] = []
    const take = (given: Card) => {
      if (refuses.test(given.title)) throw Object.assign(new Error('400'), { unfit })
      shown.push(given)
    }
    const picky: Chat = {
      ...chat([]),
      spell: (command) => `!${command}`,
      post: async ({ platform, channel }, given, key) => {
        take(given)
        return { platform, channel, id: key }
      },
      update: async (_, given) => take(given),
    }
    let cards = [card, asking, { ...card, title: 'After it' }]
    const poster = createPoster({
      chats: [picky],
      clock: { now: () => 0, sleep: async () => {}, at: () => () => {} },
      cards: () => cards.map((each, at) => ({ key: `42/${at}`, card: each })),
      posted: async () => {},
      failed: (_, reason) => void told.push(reason),
      refused: () => {},
    })
    const changed = async (...next: readonly Card[]) => {
      cards = [...cards.slice(0, cards.length - next.length), ...next]
      poster.changed(drive().now(), new Map())
      await poster.idle()
    }
    return { shown, told, changed }
  }

  test('is replaced by one that says so, without its buttons, and the next one follows', async () => {
    const { shown, told, changed } = scene(/^Submit/)
    await changed()
    expect(shown.map(({ title, buttons }) => [title, buttons.length])).toEqual([
      ['Harbour', 0],
      ['#42: a card cannot be shown here', 0],
      ['After it', 0],
    ])
    expect(JSON.stringify(shown[1])).toMatch(
      /Submit\?.*50035, Invalid Form Body.*npm run slipway -- status.*!status #42/,
    )
    expect(told).toEqual(['"Submit?" cannot be shown in tty: 400'])
  })

  test('is in the log alone where its replacement is not taken either, and is not tried again', async () => {
    const { shown, told, changed } = scene(/^Submit|^#42/)
    for (const _ of [1, 2]) await changed()
    expect(shown.map(({ title }) => title)).toEqual(['Harbour', 'After it'])
    expect(told).toEqual(['"Submit?" cannot be shown in tty: 400', '400'])
  })

  test('is shown once it has changed into one that is taken', async () => {
    const { shown, changed } = scene(/^Submit/)
    await changed()
    await changed({ ...card, title: 'Approved' }, { ...card, title: 'After it' })
    expect(shown.at(-1)?.title).toBe('Approved')
  })
})

test('what a deleted channel has not taken for a day after the end is left, and let go of', async () => {
  let time = 0
  const slept: number[] = []
  const gone: Chat = {
    ...chat([]),
    post: async () => {
      throw Object.assign(new Error('gone'), {
        problem: problem('discord.channel-gone', { channel: '1', answer: '10003' }),
      })
    },
  }
  const told: number[] = []
  const failed: string[] = []
  const poster = createPoster({
    chats: [gone],
    clock: {
      now: () => time,
      at: () => () => {},
      sleep: async (ms) => {
        slept.push(ms)
        time += ms
      },
    },
    cards: () => [{ key: '42/result', card }],
    posted: async () => {},
    told: (number) => void told.push(number),
    failed: (_, reason) => void failed.push(reason),
    refused: () => {},
  })
  const hand = drive(plain)
  hand.start()
  hand.run()
  time = hand.now().endedAt ?? 0
  const ended = time
  poster.changed(hand.now(), new Map())
  await poster.idle()
  expect(told).toEqual([42])
  expect(failed).toEqual(['gone', '"Harbour" is left untold: tty has not taken it for a day'])
  expect((time - ended) / 3_600_000).toBeCloseTo(24, 0)
  expect(slept.length).toBeLessThan(120)
})
