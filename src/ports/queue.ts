/** Order and bounds: lanes in which tasks wait for a place. */
export interface Queue {
  /**
   * Runs the task when its lane has a place; lanes are made as they are named. First come, first served. What still waits when
   * the signal fires runs at once, beside the lane: to say that it was ended takes no place.
   */
  add<T>(lane: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** How many tasks of a lane wait for a place. */
  waiting(lane: string): number
  /** Resolves when no lane has a task left. */
  idle(): Promise<void>
}
