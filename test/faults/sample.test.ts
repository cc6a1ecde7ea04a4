/** Two faults of all there are: one is mended on the way, the other is rolled back. All of them are `npm run test:faults`. */
import { describe, expect, test } from 'vitest'
import { tryFault } from './try-fault.ts'

describe('a release in which something breaks', () => {
  test.concurrent.each([
    ['build-fails-once', 'complete'],
    ['aur-public-file-replaced', 'rolled back'],
  ])(
    '%s ends %s, as the world shows',
    async (name, wanted) => {
      const { end, wrong } = await tryFault(name)
      expect(wrong).toEqual([])
      expect(end).toBe(wanted)
    },
    180_000,
  )
})
