/** Ends a program with everything it started. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Family, keyOf, lookAt } from './process-family.ts'
import { type ProcessLine, readProcess } from './process-table.ts'

const SHORTEST_LOOK_MS = 20
const LONGEST_LOOK_MS = 200
/** After KILL only the kernel keeps a process, such as one that waits for a dead disk. */
const AFTER_KILL_MS = 1000

/**
 * Asks the whole family to end, and ends it after `graceMs`. Resolves with who is left: nobody, or those that cannot be
 * ended. `recent`: the leader was started moments ago, so only newer processes are looked at; `hurry` ends the grace.
 */
export async function endFamily(
  family: Family,
  graceMs: number,
  { recent = false, hurry }: { readonly recent?: boolean; readonly hurry?: AbortSignal | undefined } = {},
): Promise<readonly ProcessLine[]> {
  const listed = lookAt(family, recent)
  const look = readProcess(process.pid) === undefined ? () => unlisted(family) : listed
  const left = await signalled(family, look, 'SIGTERM', graceMs, hurry)
  return left.length === 0 ? left : signalled(family, look, 'SIGKILL', AFTER_KILL_MS)
}

/** The signal reaches the group at once, and those outside of it one by one, also those that appear while it is waited for. */
async function signalled(
  { leader }: Family,
  look: () => readonly ProcessLine[],
  signal: NodeJS.Signals,
  withinMs: number,
  hurry?: AbortSignal,
): Promise<readonly ProcessLine[]> {
  const until = performance.now() + withinMs
  const told = new Set<string>()
  if (leader !== undefined) kill(-leader, signal)
  for (let wait = SHORTEST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)) {
    const left = look()
    for (const each of left.filter((line) => line.group !== leader && !told.has(keyOf(line)))) {
      told.add(keyOf(each))
      signalOne(each, signal)
    }
    if (left.length === 0 || hurry?.aborted || performance.now() >= until) return left
    await sleep(wait)
  }
}

/** Looked at once more: the number could have been given to somebody else since. */
function signalOne({ pid, started }: ProcessLine, signal: NodeJS.Signals): void {
  if (readProcess(pid)?.started === started) kill(pid, signal)
}

/** False where nobody has the number; a negative one is a group's. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Where processes are not listed, the group stands for the family. */
function unlisted({ leader }: Family): readonly ProcessLine[] {
  if (leader === undefined || !kill(-leader, 0)) return []
  return [{ pid: leader, parent: 0, group: leader, session: leader, started: 0, dead: false }]
}
