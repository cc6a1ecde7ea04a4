import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../src/tools/clock.ts'

describe('a time', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const DAY = 24 * 3_600_000
  test.each([0, 1, 59_999, 60_001, 30 * DAY])('is met exactly once, %i ms ahead', (ahead) => {
    const clock = createClock()
    const met: number[] = []
    clock.at(1_000_000 + ahead, () => met.push(clock.now() - 1_000_000))
    vi.advanceTimersByTime(ahead + DAY)
    expect(met).toEqual([ahead])
  })

  test('that has passed is met at once', () => {
    const met: string[] = []
    createClock().at(5, () => met.push('met'))
    vi.advanceTimersByTime(1)
    expect(met).toEqual(['met'])
  })

  test('that was called off is not met', () => {
    const met: string[] = []
    const cancel = createClock().at(1_100_000, () => met.push('met'))
    vi.advanceTimersByTime(70_000)
    cancel()
    vi.advanceTimersByTime(DAY)
    expect(met).toEqual([])
  })

  test('is met when the clock was set ahead, within a minute', () => {
    const met: string[] = []
    createClock().at(1_000_000 + DAY, () => met.push('met'))
    vi.setSystemTime(1_000_000 + 2 * DAY)
    vi.advanceTimersByTime(60_000)
    expect(met).toEqual(['met'])
  })
})

test('a sleep that is called off ends at once', async () => {
  const calling = new AbortController()
  const slept = createClock().sleep(60_000, calling.signal)
  calling.abort()
  expect(await slept).toBeUndefined()
  expect(await createClock().sleep(60_000, AbortSignal.abort())).toBeUndefined()
})
