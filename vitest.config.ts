import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    /** What is long is a sample in `npm test`, and whole in `npm run test:long`. */
    include: [process.env.SLIPWAY_LONG_TESTS === undefined ? 'test/**/*.test.ts' : 'test/**/*.long.ts'],
    globalSetup: 'test/folders.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    /** Stories mostly wait for git, ssh and servers, so that every core can take one; left alone, vitest keeps one core free. */
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
