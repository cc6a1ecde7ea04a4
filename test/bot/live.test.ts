/** The loop that writes before it does: nothing is lost, nothing is done unwritten, and nothing is done twice at once. */
import { expect, test } from 'vitest'
import { createLive, type LiveOptions } from '../../src/bot/live.ts'
import { summarize } from '../../src/bot/summary.ts'
import { createQueue } from '../../src/queue/queue.ts'
import type { Event, NewEvent } from '../../src/release/event.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import { ANA, project } from '../release/sample.ts'
import { memoryJournal } from './memory-journal.ts'

type Perform = LiveOptions['perform']

/** A live loop over a journal in memory, with time that stands still. */
function makeLive(perform: Perform, documents = new Map<number, readonly Event[]>()) {
  const journal = memoryJournal(documents)
  const seen: ReadonlyMap<string, string>[] = []
  const live = createLive({
    journal,
    queue: createQueue({ places: (lane) => (lane.startsWith('project:') ? 1 : 64) }),
    clock: { now: () => 1_000_000, sleep: async () => {}, at: () => () => {} },
    perform,
    follows: async () => undefined,
    free: async () => false,
    barred: () => undefined,
    changed: (_, progress) => void seen.push(new Map(progress)),
    summarize,
  })
  return { live, documents, seen }
}

const requested = (number: number): NewEvent & { readonly type: 'requested' } => ({
  type: 'requested',
  at: 1_000_000,
  number,
  kind: 'release',
  project,
  plan: planFor(project),
  release: { version: '3.1.3', build: '001', full: '3.1.3+001' },
  requester: ANA,
  place: { platform: 'terminal', channel: 'tty' },
})

const never: Perform = () => new Promise(() => {})
const turns = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

test('a step whose intent cannot be written down any more does not go on', async () => {
  const done: string[] = []
  const intends: (() => Promise<void>)[] = []
  const { live } = makeLive((work) => {
    const { step } = work.effect
    intends.push(() => work.intend({ what: step }).then(() => void done.push(step)))
    return new Promise(() => {})
  })
  await live.begin(requested(1))
  await turns()
  expect(intends.length).toBeGreaterThan(0)
  await intends[0]?.()
  expect(done).toHaveLength(1)
  await live.stop()
  await expect(intends[1]?.()).rejects.toThrow('could not be written down')
  expect(done).toHaveLength(1)
})

test('after a restart the deployment that had begun keeps the slot, whatever its number', async () => {
  const before = makeLive(never)
  await before.live.begin(requested(2))
  await before.live.begin(requested(1))
  await turns()
  expect([1, 2].map((number) => before.live.get(number)?.status)).toEqual(['queued', 'running'])
  await before.live.stop()
  const after = makeLive(never, before.documents)
  expect(await after.live.resume()).toEqual([])
  await turns()
  expect([1, 2].map((number) => after.live.get(number)?.status)).toEqual(['queued', 'running'])
  await after.live.stop()
})

test('what has ended and was told leaves the memory, and what is open stays', async () => {
  const { live, documents } = makeLive(never)
  await live.begin(requested(1))
  await live.begin(requested(2))
  await turns()
  live.forget(1)
  await live.send(1, { type: 'cancelled', actor: ANA, at: 1_000_000 })
  await live.send(1, { type: 'freed', actor: ANA, at: 1_000_000 + 60 * 60_000 })
  expect(live.get(1)?.endedAt).toBeDefined()
  live.forget(1)
  await live.ended(1)
  await turns()
  expect(live.all().map(({ number, status }) => [number, status])).toEqual([[2, 'running']])
  expect(documents.get(1)?.at(-1)?.type).toBe('freed')
  await live.ended(1)
  await live.stop()
})
