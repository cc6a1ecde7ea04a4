/** Lanes in which tasks wait for a place: one p-queue each. */
import PQueue from 'p-queue'
import type { Queue } from '../ports/queue.ts'

/** `places`: how many tasks of a lane may run at the same time. */
export function createQueue({ places }: { readonly places: (lane: string) => number }): Queue {
  const lanes = new Map<string, PQueue>()
  return {
    add(name, task, signal) {
      const lane = lanes.get(name) ?? new PQueue({ concurrency: places(name) })
      lanes.set(name, lane)
      return signal === undefined ? lane.add(task) : inLane(lane, task, signal)
    },
    waiting: (name) => lanes.get(name)?.size ?? 0,
    async idle() {
      while ([...lanes.values()].some((lane) => lane.size + lane.pending > 0))
        await Promise.all([...lanes.values()].map((lane) => lane.onIdle()))
    },
  }
}

/** The signal of p-queue itself would also give away the place of what runs and has yet to be ended. */
async function inLane<T>(lane: PQueue, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  let begun: Promise<T> | undefined
  const begin = () => {
    begun ??= (async () => task())()
    return begun
  }
  const left = new AbortController()
  const leave = () => {
    if (begun === undefined) left.abort()
  }
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await lane.add(begin, { signal: left.signal }).catch(begin)
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
