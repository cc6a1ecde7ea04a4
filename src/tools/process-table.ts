/** The processes of this machine as Linux lists them. Elsewhere the lists are empty, and what rests on them does less. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** One process. A number is given again after a process has ended; number and start together are not, until the next boot. */
export interface ProcessLine {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks since the boot, field 22 of `/proc/PID/stat`, proc_pid_stat(5). */
  readonly started: number
  /** Ended, and only kept until its parent takes note. */
  readonly dead: boolean
}

/** Undefined where there is no such process. Read at once and not in steps, so that the list is of one moment, nearly. */
export function readProcess(pid: number): ProcessLine | undefined {
  const text = readNow(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The name stands in brackets and may hold spaces and brackets itself.
  const [state = '', ...numbers] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent = 0, group = 0, session = 0] = numbers.map(Number)
  return { pid, parent, group, session, started: Number(numbers[18]), dead: state === 'Z' || state === 'X' }
}

/** Every process that lives, of all users; with `after`, only those whose number was given later than that one. */
export function livingProcesses(after = 0): readonly ProcessLine[] {
  const first = lastNumber() < after ? 0 : after
  return numbersIn('/proc')
    .filter((pid) => pid > first)
    .flatMap((pid) => readProcess(pid) ?? [])
    .filter(({ dead }) => !dead)
}

/** Whether the process was started with this text in its environment. False where another user's is not shown. */
export function startedWith(pid: number, text: string): boolean {
  return readNow(`/proc/${pid}/environ`)?.includes(text) ?? false
}

/** Differs after every start of the machine; undefined where that is not told. */
export function bootId(): string | undefined {
  return readNow('/proc/sys/kernel/random/boot_id')?.trim()
}

/** Names the system of process numbers that this process is in, such as that of its container; undefined where that is not told. */
export function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

/** The newest process. Numbers count up and begin anew at the top, proc_loadavg(5). */
function lastNumber(): number {
  return Number(readNow('/proc/loadavg')?.trim().split(' ').at(-1) ?? 0)
}

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** The kernel bounds what stands there. What ended meanwhile, or is not ours to see, is nothing. */
function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
