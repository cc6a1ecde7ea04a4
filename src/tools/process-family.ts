/** Everything a program started: the session it leads, whoever carries its mark, and who descends from either. */
import { randomBytes } from 'node:crypto'
import { livingProcesses, type ProcessLine, readProcess, startedWith } from './process-table.ts'

export interface Family {
  /** The value of `MARK` in the environment of the program, and so of everything it started that kept its environment. */
  readonly mark: string
  /** The number of the program, which leads a session of its own; absent where that number may be somebody else's by now. */
  readonly leader?: number
}

/**
 * A variable that finds those who left the session of their program, as daemons do. Who clears it as well is not found:
 * what is isolated has processes of its own instead, which the kernel ends with it.
 */
export const MARK = 'SLIPWAY_STEP'

/** A mark that nobody else has. */
export function newMark(): string {
  return randomBytes(16).toString('hex')
}

/**
 * Looks at the living members of a family, again and again. `recent`: the numbers given before the leader's are left out,
 * since nobody of the family can have one. Whether a process carries the mark is read once, and who was a member stays one:
 * after its parent's end nothing else may tell.
 */
export function lookAt({ mark, leader }: Family, recent: boolean): () => readonly ProcessLine[] {
  const known = new Map<string, boolean>()
  const isMarked = (line: ProcessLine) => {
    const marked = known.get(keyOf(line)) ?? startedWith(line.pid, `${MARK}=${mark}`)
    known.set(keyOf(line), marked)
    return marked
  }
  const since = recent && leader !== undefined ? leader - 1 : 0
  const own = readProcess(process.pid)?.session
  return () => {
    const members = familyOf(livingProcesses(since), isMarked, leader, own)
    for (const member of members) known.set(keyOf(member), true)
    return members
  }
}

/**
 * Who of the listed belongs to a program, pure. A session is entered only by birth, so one marked member brings in all of
 * its session. Nobody of the session `own`, the bot's, is ever one.
 */
function familyOf(
  listed: readonly ProcessLine[],
  isMarked: (line: ProcessLine) => boolean,
  leader: number | undefined,
  own: number | undefined,
): readonly ProcessLine[] {
  const members = new Map<number, ProcessLine>()
  const sessions = new Set(leader === undefined ? [] : [leader])
  const belongs = (line: ProcessLine) => sessions.has(line.session) || isChildOf(members, line) || isMarked(line)
  for (let before = -1; members.size > before; ) {
    before = members.size
    for (const line of listed) {
      if (line.session === own || members.has(line.pid) || !belongs(line)) continue
      members.set(line.pid, line)
      sessions.add(line.session)
    }
  }
  return [...members.values()]
}

/** One process, even if its number is given again. */
export function keyOf({ pid, started }: ProcessLine): string {
  return `${pid} ${started}`
}

/** A parent that is younger has the number of one that is gone. */
function isChildOf(members: ReadonlyMap<number, ProcessLine>, { parent, started }: ProcessLine): boolean {
  const found = members.get(parent)
  return found !== undefined && found.started <= started
}
