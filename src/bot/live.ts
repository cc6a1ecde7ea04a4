/**
 * Keeps the deployments that have not ended: takes their events in the order they come, writes what follows from them before
 * anything is done, and has the machine's effects carried out.
 */
import type { Clock } from '../ports/clock.ts'
import type { Journal, Summary } from '../ports/journal.ts'
import type { Queue } from '../ports/queue.ts'
import type { Baseline, Deployment, Evidence } from '../release/deployment.ts'
import type { NewEvent } from '../release/event.ts'
import { takenUp } from '../release/machine/hold.ts'
import { type MachineEffect, resume, step, stepAll } from '../release/machine.ts'
import { PAUSED } from '../release/report/view.ts'
import { type Batch, cancel, type Entry, laneOf, letGo, newEntry, signalFor } from './entry.ts'
import { readOpen } from './left-open.ts'

/** One effect to carry out, with what the step may tell while it runs. */
export interface Work {
  readonly effect: MachineEffect & { readonly do: 'run' | 'ask' | 'end' }
  readonly deployment: Deployment
  readonly signal: AbortSignal
  /** Fires when somebody cancels for the second time: what is being ended is given no more time. */
  readonly hurry: AbortSignal
  readonly interrupted: boolean
  intend(intent: Evidence): Promise<void>
  progress(line: string): void
}

export interface LiveOptions {
  readonly journal: Journal
  readonly queue: Queue
  readonly clock: Clock
  /** When a process with this data was last there before this one, ms since the epoch; undefined where nobody knows. */
  readonly lastAlive?: number | undefined
  /** Carries out one effect and says which event follows. Never throws. */
  perform(work: Work): Promise<NewEvent>
  /** Resolves when nothing but its turn keeps a queued deployment from its start. */
  free(deployment: Deployment): Promise<boolean>
  /** What is in use now that it is its turn; undefined where what it was asked for after still is. */
  follows(deployment: Deployment): Promise<Baseline | undefined>
  /** What would keep a new deployment of its project back now. */
  barred(deployment: Deployment): 'lock' | 'freeze' | undefined
  /** Called after every change, the progress lines of running steps included. */
  changed(deployment: Deployment, progress: ReadonlyMap<string, string>): void
  /** What a closed deployment is remembered by. */
  summarize(deployment: Deployment): Summary
}

export interface Live {
  /** Writes the first event of a deployment and lets it wait for its project's slot. */
  begin(event: NewEvent & { readonly type: 'requested' }): Promise<Deployment>
  /** Hands in one event; the deployment after it, or undefined where the event was void. */
  send(number: number, event: NewEvent): Promise<Deployment | undefined>
  get(number: number): Deployment | undefined
  all(): readonly Deployment[]
  /** Takes up what a stopped process left. Returns what could not be read. */
  resume(): Promise<readonly string[]>
  /** Keeps a deployment that has ended and was put away: something is still to be told of it. */
  recall(deployment: Deployment): void
  /** Lets go of a deployment that has ended and of which nothing is left to be told: from then on its journal is read. */
  forget(number: number): void
  /** Resolves when the deployment has ended and was put away; at once where it is not here. */
  ended(number: number): Promise<unknown>
  /** Takes no more events and lets go of everything, as a killed process would. */
  stop(): Promise<void>
}

/** The one place in the process where deployments change. */
export function createLive(options: LiveOptions): Live {
  const { journal, queue, clock } = options
  const entries = new Map<number, Entry>()
  let stopped = false

  const hold = (deployment: Deployment): Entry => {
    const entry = newEntry(deployment)
    entries.set(deployment.number, entry)
    return entry
  }

  /** The slot of the project is held from the first step to the end. */
  const enqueue = (number: number, entry: Entry) => {
    void queue.add(`project:${entry.deployment.project.name}`, async () => {
      const waited = () => Promise.race([options.free(entry.deployment), entry.ended.promise.then(() => false)])
      let previous: Awaited<ReturnType<typeof options.follows>>
      await waited()
      do previous = await options.follows(entry.deployment)
      while (await waited())
      await send(number, { type: 'started', ...(previous && { previous }), at: clock.now() })
      await entry.ended.promise
    })
  }

  const begin: Live['begin'] = async (event) => {
    const advance = step(undefined, event)
    if (advance === undefined) throw new Error('a deployment begins with what was requested')
    await journal.append(event.number, advance.events)
    const entry = hold(advance.deployment)
    options.changed(entry.deployment, entry.progress)
    enqueue(event.number, entry)
    return entry.deployment
  }

  const send: Live['send'] = async (number, event) => {
    const entry = entries.get(number)
    if (entry === undefined || stopped) return undefined
    entry.next ??= batchOf(number, entry)
    const { events, taken } = entry.next
    const place = events.push(event) - 1
    return (await taken)[place]
  }

  const batchOf = (number: number, entry: Entry): Batch => {
    const events: NewEvent[] = []
    const taken = entry.tail.then(() => {
      entry.next = undefined
      return take(number, entry, events)
    })
    entry.tail = taken.catch(() => {})
    return { events, taken }
  }

  const take = async (number: number, entry: Entry, events: readonly NewEvent[]): Batch['taken'] => {
    const advances = stepAll(entry.deployment, events)
    const taken = advances.filter((advance) => advance !== undefined)
    const last = taken.at(-1)
    if (stopped || last === undefined) return []
    const follows = taken.flatMap((advance) => advance.events)
    if (!(await written(entry, () => journal.append(number, follows)))) return []
    entry.deployment = last.deployment
    const causes = events.filter((_, place) => advances[place] !== undefined)
    for (const event of causes)
      if (event.type === 'settled' || event.type === 'asked') entry.progress.delete(event.step)
    for (const effect of taken.flatMap(({ effects }) => effects)) carryOut(number, entry, effect, false)
    options.changed(entry.deployment, entry.progress)
    if (entry.deployment.endedAt !== undefined && causes.some(({ type }) => type !== 'posted'))
      await putAway(number, entry)
    return advances.map((advance) => advance?.deployment)
  }

  /** Nothing is done before it is written: while the journal refuses, the deployment pauses, says so, and tries again. */
  const written = async (entry: Entry, write: () => Promise<void>): Promise<boolean> => {
    while (!stopped) {
      try {
        await write()
        if (entry.progress.delete(PAUSED)) options.changed(entry.deployment, entry.progress)
        return true
      } catch (error) {
        entry.progress.set(PAUSED, error instanceof Error ? error.message : String(error))
        options.changed(entry.deployment, entry.progress)
        await clock.sleep(WRITE_AGAIN_MS)
      }
    }
    return false
  }

  /** The slot is free once the journal has closed it. */
  const putAway = async (number: number, entry: Entry) => {
    entry.cancelWake()
    entry.abortEnding.abort()
    await written(entry, () => journal.close(number, options.summarize(entry.deployment)))
    entry.ended.resolve(entry.deployment)
  }

  const carryOut = (number: number, entry: Entry, effect: MachineEffect, interrupted: boolean) => {
    switch (effect.do) {
      case 'wake':
        entry.cancelWake()
        entry.cancelWake = clock.at(effect.at, () => void send(number, { type: 'woken', at: clock.now() }))
        return
      case 'abort':
        cancel(entry, effect.outside)
        return
      default:
        void start(number, entry, effect, interrupted)
    }
  }

  const start = async (number: number, entry: Entry, effect: Work['effect'], interrupted: boolean) => {
    const { step: id, attempt } = effect
    const signal = signalFor(entry, effect)
    const carriedOut = () =>
      options.perform({
        effect,
        deployment: entry.deployment,
        signal,
        hurry: entry.abortOutside.signal,
        interrupted,
        intend: async (intent) => {
          const taken = await send(number, { type: 'intended', step: id, attempt, intent, at: clock.now() })
          if (taken === undefined)
            throw new Error('what was about to be done could not be written down, so it was not done')
        },
        progress: (line) => {
          if (entries.get(number) !== entry) return
          entry.progress.set(id, line)
          options.changed(entry.deployment, entry.progress)
        },
      })
    await send(number, await queue.add(laneOf(id), carriedOut, signal))
  }

  /** What was interrupted is taken up first; whatever follows from the absence is decided by the machine. */
  const resumed = async (number: number, entry: Entry) => {
    const interrupted = resume(entry.deployment)
    const barred = options.barred(entry.deployment)
    await send(number, takenUp(entry.deployment, { at: clock.now(), lastAlive: options.lastAlive, barred }))
    for (const effect of interrupted) carryOut(number, entry, effect, true)
  }

  const takeUp = async (deployment: Deployment): Promise<void> => {
    const { number } = deployment
    const entry = hold(deployment)
    if (deployment.endedAt !== undefined) await putAway(number, entry)
    else if (deployment.startedAt === undefined) enqueue(number, entry)
    else {
      void queue.add(`project:${deployment.project.name}`, () => entry.ended.promise)
      await resumed(number, entry)
    }
    options.changed(entry.deployment, entry.progress)
  }

  return {
    begin,
    send,
    get: (number) => entries.get(number)?.deployment,
    all: () => [...entries.values()].map(({ deployment }) => deployment),
    resume: async () => {
      const found = await readOpen(journal)
      for (const deployment of found.deployments) await takeUp(deployment)
      return found.unread
    },
    recall: (deployment) => {
      if (entries.has(deployment.number)) return
      const entry = hold(deployment)
      entry.ended.resolve(deployment)
      options.changed(deployment, entry.progress)
    },
    forget: (number) => {
      const entry = entries.get(number)
      if (entry?.deployment.endedAt === undefined) return
      void entry.ended.promise.then(() => entries.delete(number))
    },
    ended: async (number) => entries.get(number)?.ended.promise,
    stop: async () => {
      stopped = true
      for (const entry of entries.values()) {
        letGo(entry)
        await entry.tail
      }
    },
  }
}

const WRITE_AGAIN_MS = 5_000
