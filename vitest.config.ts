import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/folders.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    /** Stories mostly wait for git, ssh and servers, so that every core can take one; left alone, vitest keeps one core free. */
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
