/** Time, handed in so that the core can be replayed. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls back at a time; returns what cancels it. */
  at(time: number, callback: () => void): () => void
}
