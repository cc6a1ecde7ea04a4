/** Runs programs on this machine: the only place that spawns. Arguments are a list and never meet a shell. */
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Options } from 'execa'
import type { Command, Exit, RunOptions, Shell } from '../ports/shell.ts'
import type { Masker } from '../release/redact.ts'
import type { Kept } from './bounded-output.ts'
import { LOG_BYTES, type LogFile, openLog } from './log-file.ts'
import { createOutput, type Source } from './output.ts'
import { endFamily } from './process-end.ts'
import { MARK, newMark } from './process-family.ts'
import type { ProcessRecord, ProcessRecords } from './process-records.ts'
import { type ProcessLine, readProcess } from './process-table.ts'

export interface ShellOptions {
  readonly masker: Masker
  /** Bytes of one log file; beyond them its middle is left out. */
  readonly logBytes?: number
  /** How long everything a command started has to end by itself, after it was asked to. */
  readonly graceMs?: number
  /** Where what runs is noted, so that a next bot finds what this one left. */
  readonly records?: ProcessRecords
  /** Ends a program with everything it started, and says who is left. */
  readonly end?: typeof endFamily
}

const KEEP_BYTES = 1024 * 1024
const GRACE_MS = 5000
const LOOK_AGAIN_MS = 500

/** A command that began so long ago may have started processes with any number. */
const RECENT_MS = 60_000

/**
 * Each command runs in a session of its own, and what it started ends with it: by itself, by a deadline, by silence or by
 * abort. PATH is the bot's where the command's environment has none; a mark is added to it.
 */
export function createShell(options: ShellOptions): Shell {
  const { masker, logBytes = LOG_BYTES, graceMs = GRACE_MS, records, end = endFamily } = options
  return {
    async run(command, options = {}) {
      if (options.signal?.aborted) return notRun('aborted', '')
      const refusal = await refusalOf(command)
      if (refusal !== undefined) return notRun('not-started', refusal)
      const log = options.log === undefined ? undefined : await openLog(options.log, logBytes).catch((e: Error) => e)
      if (log instanceof Error) return notRun('not-started', `The log could not be opened: ${log.message}`)
      const run = recorded(command, options, { masker, log, graceMs, end }, records)
      const close = () => log?.close()
      const refused = await run.then(close, close)
      const exit = await run
      return refused === undefined ? exit : withLine(exit, `The log could not be written: ${refused}`)
    },
  }
}

/** Noted before it starts, until everything it started has ended. */
async function recorded(
  command: Command,
  options: RunOptions,
  around: Surroundings,
  records: ProcessRecords | undefined,
): Promise<Exit> {
  const mark = newMark()
  const { purpose } = options
  const what = { mark, program: command.argv[0] ?? '', ...(purpose !== undefined && { purpose }) }
  const record = await records?.begin(what).catch((error: Error) => error)
  if (record instanceof Error) return notRun('not-started', `It could not be noted what is to run: ${record.message}`)
  const { exit, left } = await supervise(command, options, around, mark, record)
  await record?.ended(left)
  const numbers = left.map(({ pid }) => pid).join(', ')
  if (left.length === 0) return exit
  await untilGone(left)
  await record?.ended([])
  return withLine(exit, `Processes that could not be ended at once: ${numbers}`)
}

/**
 * Only the kernel keeps these, as beside a dead disk. A command is over when nothing of it runs, so that nothing new begins
 * beside it; an admin may free the slot before. A bot that is told to end does not wait for it.
 */
async function untilGone(left: readonly ProcessLine[]): Promise<void> {
  const lives = ({ pid, started }: ProcessLine) => {
    const found = readProcess(pid)
    return found !== undefined && found.started === started && !found.dead
  }
  while (left.some(lives)) await sleep(LOOK_AGAIN_MS, undefined, { ref: false })
}

interface Surroundings {
  readonly masker: Masker
  readonly log: LogFile | undefined
  readonly graceMs: number
  readonly end: typeof endFamily
}

async function supervise(
  command: Command,
  options: RunOptions,
  around: Surroundings,
  mark: string,
  record: ProcessRecord | undefined,
): Promise<{ readonly exit: Exit; readonly left: readonly ProcessLine[] }> {
  const [program = '', ...args] = command.argv
  // Loaded for the first program: its hundred files are no part of a start.
  const { execa } = await import('execa')
  const child = execa(program, args, spawnOptions(command, mark))
  // The mark alone would find it: that the number cannot be noted is no reason to end it.
  const noted = child.pid === undefined ? undefined : record?.started(child.pid).catch(() => {})
  const output = createOutput(around.masker, around.log, options.keepBytes ?? KEEP_BYTES)
  const [stdout, stderr] = [output.source(), output.source()]
  const watch = watchOver({ mark, leader: child.pid }, options, around)
  const read = Promise.all([pump(child.stdout, stdout, watch.heard), pump(child.stderr, stderr, watch.heard)])
  if (child.pid !== undefined) await once(child.nodeChildProcess, 'exit')
  const left = await watch.stop()
  await readToTheEnd(read, [child.stdout, child.stderr])
  await output.end()
  await noted
  return { exit: exitOf(await child, watch.ended(), stdout.kept, stderr.kept), left }
}

/** Everything said: execa adds nothing of the bot's own environment, keeps no output, and never throws. */
function spawnOptions(command: Command, mark: string) {
  return {
    cwd: command.cwd ?? process.cwd(),
    ...(command.input === undefined ? { stdin: 'ignore' } : { input: command.input }),
    env: { ...environment(command.env), [MARK]: mark },
    extendEnv: false,
    detached: true,
    buffer: false,
    reject: false,
    encoding: 'buffer',
  } as const satisfies Options
}

function environment(given: Command['env']): Readonly<Record<string, string>> {
  const path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'
  return { PATH: path, ...(given ?? { LANG: 'C.UTF-8', HOME: homedir() }) }
}

/** Ends everything the command started: on a deadline, on silence, on abort, and when the command itself has ended. */
function watchOver(
  { mark, leader }: { readonly mark: string; readonly leader: number | undefined },
  options: RunOptions,
  { graceMs, end: endAll }: Surroundings,
) {
  const began = performance.now()
  let ended: Exit['ended'] = 'itself'
  let ending: Promise<readonly ProcessLine[]> | undefined
  const end = () => {
    const recent = performance.now() - began < RECENT_MS
    if (leader !== undefined) ending ??= endAll({ mark, leader }, graceMs, { recent, hurry: options.hurry })
    return ending ?? Promise.resolve([])
  }
  const because = (reason: Exit['ended']) => () => {
    if (ending === undefined) ended = reason
    void end()
  }
  const deadline = options.timeoutMs === undefined ? undefined : setTimeout(because('timeout'), options.timeoutMs)
  const silence = options.idleMs === undefined ? undefined : setTimeout(because('idle'), options.idleMs)
  const abort = because('aborted')
  options.signal?.addEventListener('abort', abort, { once: true })
  return {
    heard: () => void silence?.refresh(),
    ended: () => ended,
    stop: () => {
      clearTimeout(deadline)
      clearTimeout(silence)
      options.signal?.removeEventListener('abort', abort)
      return end()
    },
  }
}

async function pump(from: Readable, source: Source, heard: () => void): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      heard()
      await source.take(chunk)
    }
  } catch {
    // The pipe was taken away below; what came through it counts.
  }
}

/** A process that left the session and took out its mark may still hold the pipes: it is not waited for. */
async function readToTheEnd(read: Promise<unknown>, pipes: readonly Readable[]): Promise<void> {
  const giveUp = setTimeout(() => pipes.map((pipe) => pipe.destroy()), 1000)
  await read
  clearTimeout(giveUp)
}

function exitOf(
  result: { readonly [K in 'signal' | 'code' | 'originalMessage']?: string | undefined } & {
    readonly exitCode?: number | undefined
  },
  ended: Exit['ended'],
  stdout: Kept,
  stderr: Kept,
): Exit {
  if (result.exitCode === undefined && result.signal === undefined)
    return notRun(result.code === 'ENOENT' ? 'not-found' : 'not-started', result.originalMessage ?? '')
  const [out, err] = [stdout.text(), stderr.text()]
  return {
    // Whoever is told to end may do so with 0, and has not done its work.
    code: ended === 'itself' ? (result.exitCode ?? null) : null,
    signal: result.signal ?? null,
    stdout: out.text,
    stderr: err.text,
    truncated: out.truncated || err.truncated,
    ended,
  }
}

/** Node says of a folder that is not there that the program was not found. */
async function refusalOf({ argv, cwd }: Command): Promise<string | undefined> {
  if (argv.some((word) => word.includes('\0'))) return 'An argument holds a null byte.'
  if (cwd === undefined) return undefined
  const folder = await stat(cwd).catch(() => undefined)
  return folder?.isDirectory() ? undefined : `There is no folder ${cwd}.`
}

function withLine(exit: Exit, line: string): Exit {
  return { ...exit, stderr: `${exit.stderr}\n${line}` }
}

function notRun(ended: Exit['ended'], stderr: string): Exit {
  return { code: null, signal: null, stdout: '', stderr, truncated: false, ended }
}
