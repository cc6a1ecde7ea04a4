import { expect, test } from 'vitest'
import { createLive } from '../../src/bot/live.ts'
import { summarize } from '../../src/bot/summary.ts'
import { untold } from '../../src/bot/untold.ts'
import { createQueue } from '../../src/queue/queue.ts'
import type { Event } from '../../src/release/event.ts'
import { replay } from '../../src/release/machine.ts'
import { drive } from '../release/sample.ts'
import { plain } from './fake-bot.ts'
import { memoryJournal } from './memory-journal.ts'

/** A deployment that has ended and was closed; nothing of it was posted. */
function ended() {
  const hand = drive(plain)
  hand.start()
  hand.run()
  const documents = new Map<number, readonly Event[]>([[42, hand.journal]])
  const journal = memoryJournal(documents, new Map([[42, summarize(hand.now())]]))
  return { documents, journal, endedAt: hand.now().endedAt ?? 0 }
}

const KEYS = ['42/first', '42/result']

function liveOn(journal: ReturnType<typeof ended>['journal'], now: number) {
  const changed: number[] = []
  const live = createLive({
    journal,
    queue: createQueue({ places: () => 1 }),
    clock: { now: () => now, sleep: async () => {}, at: () => () => {} },
    perform: () => Promise.reject(new Error('nothing is left to do')),
    follows: async () => undefined,
    free: async () => false,
    barred: () => undefined,
    changed: ({ number }) => void changed.push(number),
    summarize,
  })
  return { live, changed }
}

test('a deployment whose last card was not posted when the process died is found and told to its end', async () => {
  const { documents, journal, endedAt } = ended()
  const { live, changed } = liveOn(journal, endedAt)
  expect(await live.resume()).toEqual([])
  for (const deployment of await untold(journal, () => KEYS, endedAt)) live.recall(deployment)
  expect(changed).toEqual([42])
  for (const key of KEYS) {
    const message = { platform: 'terminal', channel: 'tty', id: key } as const
    await live.send(42, { type: 'posted', key, message, at: endedAt })
  }
  expect(replay(documents.get(42) ?? [])).toMatchObject({ status: 'complete', messages: { [KEYS[1] ?? '']: {} } })
  expect(await untold(journal, () => KEYS, endedAt)).toEqual([])
})

test('one that was taken up already is left as it stands: its journal would go on from two ends', async () => {
  const { documents, endedAt } = ended()
  const journal = memoryJournal(documents, new Map())
  const { live } = liveOn(journal, endedAt)
  await live.resume()
  const read = replay(documents.get(42) ?? [])
  const message = { platform: 'terminal', channel: 'tty', id: 'm' } as const
  await live.send(42, { type: 'posted', key: '42/first', message, at: endedAt })
  if (!('brokenAt' in read)) live.recall(read)
  await live.send(42, { type: 'posted', key: '42/result', message, at: endedAt })
  expect(replay(documents.get(42) ?? [])).toMatchObject({
    status: 'complete',
    messages: { '42/first': {}, '42/result': {} },
  })
})

test('one that ended days ago is left alone', async () => {
  const { journal, endedAt } = ended()
  expect(await untold(journal, () => KEYS, endedAt + 3 * 24 * 60 * 60_000)).toEqual([])
})
