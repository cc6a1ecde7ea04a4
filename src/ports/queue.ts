/** Order and bounds: lanes in which tasks wait for a place. */
export interface Queue {
  /** Runs the task when its lane has a place; lanes are made as they are named. First come, first served. */
  add<T>(lane: string, task: () => Promise<T>): Promise<T>
  /** How many tasks of a lane wait for a place. */
  waiting(lane: string): number
  /** Resolves when no lane has a task left. */
  idle(): Promise<void>
}
