/** A bot runs for months: what Discord is remembered by does not grow with every release. */
import { expect, test } from 'vitest'
import { createPosts } from '../../adapters/discord/posts.ts'
import type { Call } from '../../adapters/discord/rest.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import { card } from '../contract/chat-port.ts'

const RELEASES = 600

/** A Discord that takes everything, and counts. */
function taking() {
  const calls: Call[] = []
  const ask = async (call: Call) => {
    calls.push(call)
    if (call.method === 'GET') return call.path === '/users/@me' ? { id: 'me' } : []
    return { id: String(calls.length) }
  }
  const around = { clock: { sleep: async () => {} }, ending: new AbortController().signal, log: () => {} }
  const posts = createPosts({
    ...{ ask, buttons: createButtonBook(), readFile: async () => undefined, identity: 'i' },
    ...around,
  })
  return { calls, posts }
}

test('the result of an old release is let go of, while a newer question is asked again', async () => {
  const { calls, posts } = taking()
  const verify = { buttons: [{ label: 'Verify', style: 'plain', command: 'verify' }] } as const
  const shown: string[] = []
  for (let number = 1; number <= RELEASES; number += 1) {
    const head = await posts.post({ platform: 'discord', channel: '1' }, card(`#${number}`), `${number}/first`)
    const below = { platform: 'discord', channel: '1', thread: head.id } as const
    shown.push((await posts.post(below, card(`#${number} asks`, verify), `${number}/result`)).channel)
  }
  const asked = async (path: string, act: () => Promise<unknown>) => {
    const before = calls.length
    await act()
    return calls.slice(before).filter((call) => call.method === 'POST' && call.path.endsWith(path)).length
  }
  const [oldest = '', newest = ''] = [shown[0], shown.at(-1)]
  const late = { platform: 'discord', channel: '1', thread: oldest } as const
  expect(await asked('/threads', () => posts.post(late, card('Late'), '1/late'))).toBe(1)
  expect(await asked('/messages', () => posts.threadLost(oldest))).toBe(0)
  expect(await asked('/messages', () => posts.threadLost(newest))).toBeGreaterThan(0)
})
