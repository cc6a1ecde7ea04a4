/** Ends a program with everything it started: they share a process group, whose number is the program's own. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_AGAIN_MS = 20
/** After KILL only the kernel keeps a process, such as one that waits for a dead disk. */
const AFTER_KILL_MS = 1000

/** Asks the whole group to end, and ends it after `graceMs`. Resolves when nobody is left, or nothing more can be done. */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  signalGroup(leader, 'SIGTERM')
  if (await isGone(leader, graceMs)) return
  signalGroup(leader, 'SIGKILL')
  await isGone(leader, AFTER_KILL_MS)
}

/** False where the group has no member any more. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

async function isGone(leader: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (signalGroup(leader, 0) && (await someoneLives(leader))) {
    if (performance.now() >= until) return false
    await sleep(LOOK_AGAIN_MS)
  }
  return true
}

/** Dead members count for `kill` until somebody takes note, which in a container without an init is nobody. */
async function someoneLives(leader: number): Promise<boolean> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  if (processes.length === 0) return true
  const stats = await Promise.all(processes.map((id) => readFile(`/proc/${id}/stat`, 'latin1').catch(() => '')))
  return stats.some((stat) => {
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(group) === leader && state !== 'Z' && state !== 'X'
  })
}
