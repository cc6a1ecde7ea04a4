import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What is long is a sample in `npm test`, and whole in `npm run test:long`; what needs real servers is `npm run test:world`. */
const SUITE = process.env.SLIPWAY_SUITE ?? 'test'
const ENDING = `${SUITE}.ts`
/** Suites that start few programs or none: they share a process, which loads Slipway once. */
const IN_MEMORY = `test/{release,properties,commands,config,argv,bot,queue,adapters,contract,init}/**/*.${ENDING}`

export default defineConfig({
  test: {
    globalSetup: ['test/folders.ts', ...(SUITE === 'real' ? ['test/world/needs.ts'] : [])],
    /** Real servers are asked with real patience: a link that vanished is given up after a minute. */
    testTimeout: SUITE === 'real' ? 600_000 : 60_000,
    hookTimeout: 60_000,
    /** What is waited for comes when the machine gets to it; beside everything else that can take more than vitest's one second. */
    expect: { poll: { timeout: 30_000 } },
    /** The search through everything that was left has to come to its end: a run that is cut off there says nothing. */
    teardownTimeout: 120_000,
    /**
     * Stories mostly wait for git, ssh and servers, so that every core can take one, or two where servers are away for minutes;
     * left alone, vitest keeps one core free.
     */
    maxWorkers: SUITE === 'real' ? 2 * availableParallelism() : Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { name: 'in memory', include: [IN_MEMORY], isolate: false } },
      {
        extends: true,
        test: {
          name: 'with programs',
          include: [`test/**/*.${ENDING}`],
          /** A process of its own for each: starting a program takes the longer, the more memory its parent has gathered. */
          exclude: [IN_MEMORY],
        },
      },
    ],
  },
})
