/** Row 8: what the machine, the queue and the journal add to a release in which every planned minute is 100 ms. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planFor } from '../src/release/plan/expand.ts'
import { estimate } from '../src/release/timeline.ts'
import { median, ratio } from './measure.ts'
import { oneHost } from './parts/sample-project.ts'
import { simulate } from './parts/simulated.ts'

const MINUTE_MS = 100
const ROUNDS = 3

export async function simulatedRelease() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  const plan = planFor(oneHost)
  const criticalMs = estimate(plan, {}, 0).totalMinutes * MINUTE_MS
  const took: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round += 1) took.push(await release(join(folder, `data-${round}`), plan))
    return { 'its critical path': ratio(median(took), criticalMs) }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

async function release(dataFolder: string, plan: ReturnType<typeof planFor>): Promise<number> {
  const { startedAt = 0, endedAt = 0 } = await simulate({
    project: oneHost,
    plan,
    dataFolder,
    run: ({ ports, signal }, { minutes }) => ports.clock.sleep(minutes * MINUTE_MS, signal),
  })
  return endedAt - startedAt
}
