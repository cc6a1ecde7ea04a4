/** Ends what the world's server started and what outlived its connection: found by a mark in its environment, ended by pid. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** The variable that every command of the sandbox's server carries. */
export const MARK = 'SLIPWAY_SANDBOX_WORLD'

const ROUNDS = 50
/** A process that is just being replaced by another program (exec) shows no environment for a moment. */
const QUIET_ROUNDS = 3

/** Ends every process with the mark, and those they start meanwhile. Where there is no /proc nothing is found. */
export async function endMarked(mark: string): Promise<void> {
  let quiet = 0
  for (let round = 0; round < ROUNDS; round++) {
    const pids = await markedProcesses(mark)
    quiet = pids.length === 0 ? quiet + 1 : 0
    if (quiet === QUIET_ROUNDS) return
    for (const pid of pids) end(pid)
    await pause(10)
  }
  throw new Error(`processes of the sandbox do not end: ${(await markedProcesses(mark)).join(', ')}`)
}

/** The pids of the running processes with the mark. A zombie has no environment any more and is not among them. */
export async function markedProcesses(mark: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  const marked = await Promise.all(pids.map((pid) => hasMark(pid, mark)))
  return pids.filter((_, index) => marked[index])
}

async function hasMark(pid: number, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  return environment.split('\0').includes(`${MARK}=${mark}`)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
