/** What a chat does not take is tried until it is taken: often while that may pass by itself, rarely while a person has to mend it. */
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRetries, STOPPED } from '../../src/bot/retries.ts'
import { problem } from '../../src/release/problems.ts'

const PLACE = { platform: 'discord', channel: '1' } as const
const MISSING = problem('discord.channel-gone', { channel: '1', answer: '10003, Unknown Channel' })
const refusal = () => Object.assign(new Error('the channel is gone'), { problem: MISSING })

/** A clock whose sleeps are written down; one that is longer than `lasts` goes on until something wakes it. */
function sleeper(lasts: number) {
  const slept: number[] = []
  const sleep = (ms: number, signal?: AbortSignal) => {
    slept.push(ms)
    if (ms <= lasts) return Promise.resolve()
    return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
  }
  return { slept, clock: { now: () => 0, sleep, at: () => () => {} } }
}

function scene(lasts: number, errors: Error[]) {
  const { slept, clock } = sleeper(lasts)
  const failed: string[] = []
  const refused: (string | undefined)[] = []
  const retries = createRetries({
    clock,
    failed: (_, reason) => void failed.push(reason),
    refused: (_, reason) => void refused.push(reason?.code),
  })
  const send = async () => {
    const error = errors.shift()
    if (error !== undefined) throw error
    return 'sent'
  }
  const sent = (isOver?: () => boolean) => retries.untilSent(PLACE, send, isOver)
  return { slept, failed, refused, retries, sent }
}

test('what passes by itself is tried each minute at the longest, and told once', async () => {
  const errors = Array.from({ length: 9 }, () => new Error('502'))
  const { slept, failed, refused, sent } = scene(60_000, errors)
  expect(await sent()).toBe('sent')
  expect(slept).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000))
  expect(failed).toEqual(['502'])
  expect(refused).toEqual([])
})

test('what a person has to mend is tried ever more rarely, and it is told when it begins and ends', async () => {
  const { slept, failed, refused, sent } = scene(900_000, Array.from({ length: 12 }, refusal))
  expect(await sent()).toBe('sent')
  expect(slept.slice(-3)).toEqual([512_000, 900_000, 900_000])
  expect(failed).toEqual(['the channel is gone'])
  expect([refused[0], refused.at(-1)]).toEqual(['discord.channel-gone', undefined])
})

test('and at once where something has changed on that platform, not on another one', async () => {
  const { slept, retries, sent } = scene(0, [refusal()])
  const done = sent()
  await expect.poll(() => slept).toHaveLength(1)
  retries.again('slack')
  let isSent = false
  void done.then(() => {
    isSent = true
  })
  await setImmediate()
  expect(isSent).toBe(false)
  retries.again('discord')
  expect(await done).toBe('sent')
})

test('nothing is waited for once the bot ends', async () => {
  const { slept, retries, sent } = scene(0, [refusal()])
  const done = sent()
  await expect.poll(() => slept).toHaveLength(1)
  retries.stop()
  expect(await done).toBe(STOPPED)
})

test('a card that the chat will never take is not tried again', async () => {
  const unfit = Object.assign(new Error('too long'), { unfit: problem('discord.unfit', { answer: '50035' }) })
  const { slept, refused, sent } = scene(900_000, [refusal(), unfit])
  await expect(sent()).rejects.toBe(unfit)
  expect(slept).toEqual([1_000])
  expect(refused).toEqual(['discord.channel-gone', undefined])
})

test('what nobody waits for any more is tried once, and left', async () => {
  const errors = Array.from({ length: 5 }, refusal)
  const { slept, sent } = scene(900_000, errors)
  expect(await sent(() => errors.length < 3)).toBe(STOPPED)
  expect(slept).toEqual([1_000, 2_000])
})
