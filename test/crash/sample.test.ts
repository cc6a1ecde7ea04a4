import { describe, expect, test } from 'vitest'
import { tryRelease } from './release.ts'
import { sampleOf, trialsAfter } from './trials.ts'
import { tryAll } from './try-all.ts'

/** All of it is `npm run test:crash`. */
const SAMPLE = 2
const SEED = 42
const WORKERS = 2

describe('a release whose bot is killed', () => {
  test('ends as if nothing had happened, at two points of all there are', async () => {
    const undisturbed = await tryRelease({})
    expect(undisturbed.faults).toEqual([])
    const points = trialsAfter(undisturbed.passed).names.filter((name) => /^(before|after) /.test(name))
    expect(points.length).toBeGreaterThan(100)
    const tried = await tryAll(sampleOf(points, SAMPLE, SEED), { workers: WORKERS })
    expect(tried.filter(([, { faults }]) => faults.length > 0).map(([name, { faults }]) => [name, ...faults])).toEqual(
      [],
    )
  }, 240_000)
})
