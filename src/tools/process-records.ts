/**
 * What the bot has started on this machine, noted in a file each, so that the next bot finds what a killed one left. The
 * notes are not synced: after a power cut there is nothing left to find.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inItsFolder, TEMPORARY } from './durable.ts'
import { endFamily } from './process-end.ts'
import { bootId, livingProcesses, type ProcessLine, readProcess } from './process-table.ts'

export interface ProcessRecord {
  /** The program runs under this number. */
  started(pid: number): Promise<void>
  /** Everything it started has ended, but for `left`; only with nobody left the note is removed. Never rejects. */
  ended(left: readonly ProcessLine[]): Promise<void>
}

export interface ProcessRecords {
  /** Notes what is about to be started; rejects when the disk refuses. `purpose` is for people: `#42 build.target:linux`. */
  begin(what: { readonly mark: string; readonly program: string; readonly purpose?: string }): Promise<ProcessRecord>
  /** Ends what the notes of a dead bot name and waits for it. Resolves with lines on what was found, for the bot's log. */
  endStray(): Promise<readonly string[]>
  /** Resolves when nothing runs that this process has begun. */
  idle(): Promise<void>
}

/** The file is named by the mark, which alone finds the processes of a bot that was killed before it could note more. */
interface Note {
  readonly program: string
  readonly purpose?: string
  readonly boot?: string
  readonly pid?: number
  readonly started?: number
}

const GRACE_MS = 5000

/** Keeps notes in `folder`, made where it is missing. `graceMs` is what stray processes have to end by themselves. */
export function createProcessRecords(folder: string, { graceMs = GRACE_MS } = {}): ProcessRecords {
  const running = new Set<Promise<void>>()
  return {
    async begin({ mark, program, purpose }) {
      const boot = bootId()
      const note: Note = { program, ...(purpose !== undefined && { purpose }), ...(boot !== undefined && { boot }) }
      await inItsFolder(join(folder, mark), () => write(folder, mark, note))
      const { promise, resolve } = Promise.withResolvers<void>()
      running.add(promise)
      return {
        started: (pid) => write(folder, mark, { ...note, pid, ...startOf(pid) }),
        ended: async (left) => {
          // A note that the disk will not give up is the next bot's to remove: there is nobody left to be waited for.
          if (left.length === 0) await rm(join(folder, `${mark}.json`), { force: true }).catch(() => {})
          running.delete(promise)
          resolve()
        },
      }
    },
    async endStray() {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const marks = await marksIn(folder)
      await removeUnfinished(folder)
      return (await Promise.all(marks.map((mark) => endOne(folder, mark, graceMs)))).flat()
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** A number is given again after its process has ended, so the leader counts only with the start that was noted. */
async function endOne(folder: string, mark: string, graceMs: number): Promise<readonly string[]> {
  const note = await read(folder, mark)
  const [isThisBoot, found] = [note.boot === bootId(), note.pid === undefined ? undefined : readProcess(note.pid)]
  const isLeader = isThisBoot && note.pid !== undefined && found !== undefined && found.started === note.started
  const left = await endFamily({ mark, ...(isLeader && note.pid !== undefined && { leader: note.pid }) }, graceMs)
  const doubtful = isThisBoot && found === undefined ? sessionOf(note) : []
  if (left.length === 0) await rm(join(folder, `${mark}.json`), { force: true })
  return [
    ...left.map((line) => `${named(note, line)} was left by a bot that is gone and could not be ended.`),
    ...doubtful.map(
      (line) => `${named(note, line)} may have been left by a bot that is gone. Look at it, and end it if it was.`,
    ),
  ]
}

/** Whose leader is dead and who does not carry the mark could be anybody's: it is told and left alone. */
function sessionOf({ pid, started = 0 }: Note): readonly ProcessLine[] {
  return livingProcesses().filter((line) => line.session === pid && line.started >= started)
}

function named({ program, purpose }: Note, { pid }: ProcessLine): string {
  return `Process ${pid}, started by ${program}${purpose === undefined ? '' : ` for ${purpose}`},`
}

function startOf(pid: number): Pick<Note, 'started'> {
  const started = readProcess(pid)?.started
  return started === undefined ? {} : { started }
}

async function marksIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names.flatMap((name) => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? [])
}

/** What a bot was killed in the middle of writing. The note it was to become is there without it, or was never promised. */
async function removeUnfinished(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json.part'))
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })))
}

/** An empty or torn note still has its name. */
async function read(folder: string, mark: string): Promise<Note> {
  try {
    return JSON.parse(await readFile(join(folder, `${mark}.json`), 'utf8')) as Note
  } catch {
    return { program: 'a program' }
  }
}

async function write(folder: string, mark: string, note: Note): Promise<void> {
  const path = join(folder, `${mark}.json`)
  await writeFile(`${path}${TEMPORARY}`, JSON.stringify(note), { mode: 0o600 })
  await rename(`${path}${TEMPORARY}`, path)
}
