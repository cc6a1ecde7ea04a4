/** Lanes in which tasks wait for a place: one p-queue each. */
import PQueue from 'p-queue'
import type { Queue } from '../ports/queue.ts'

/** `places`: how many tasks of a lane may run at the same time. */
export function createQueue({ places }: { readonly places: (lane: string) => number }): Queue {
  const lanes = new Map<string, PQueue>()
  return {
    add(name, task) {
      const lane = lanes.get(name) ?? new PQueue({ concurrency: places(name) })
      lanes.set(name, lane)
      return lane.add(task)
    },
    waiting: (name) => lanes.get(name)?.size ?? 0,
    async idle() {
      while ([...lanes.values()].some((lane) => lane.size + lane.pending > 0))
        await Promise.all([...lanes.values()].map((lane) => lane.onIdle()))
    },
  }
}
