/** Runs programs on this machine: the only place that spawns. Arguments are a list and never meet a shell. */
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import type { Readable } from 'node:stream'
import { execa, type Options } from 'execa'
import type { Command, Exit, RunOptions, Shell } from '../ports/shell.ts'
import type { Masker } from '../release/redact.ts'
import { createKept, type Kept } from './bounded-output.ts'
import { type LogFile, openLog } from './log-file.ts'
import { endGroup } from './process-group.ts'

export interface ShellOptions {
  readonly masker: Masker
  /** Bytes of one log file; beyond them its middle is left out. */
  readonly logBytes?: number
  /** How long a process group has to end by itself, after it was asked to. */
  readonly graceMs?: number
}

const LOG_BYTES = 64 * 1024 * 1024
const KEEP_BYTES = 1024 * 1024
const GRACE_MS = 5000

/**
 * Each command runs in a process group of its own, which ends with it: by itself, by a deadline, by silence or by abort.
 * PATH is the bot's where the command's environment has none.
 */
export function createShell({ masker, logBytes = LOG_BYTES, graceMs = GRACE_MS }: ShellOptions): Shell {
  return {
    async run(command, options = {}) {
      if (options.signal?.aborted) return notRun('aborted', '')
      const refusal = await refusalOf(command)
      if (refusal !== undefined) return notRun('not-started', refusal)
      const log = options.log === undefined ? undefined : await openLog(options.log, logBytes).catch((e: Error) => e)
      if (log instanceof Error) return notRun('not-started', `The log could not be opened: ${log.message}`)
      const exit = await supervise(command, options, { masker, log, graceMs })
      const refused = await log?.close()
      return refused === undefined
        ? exit
        : { ...exit, stderr: `${exit.stderr}\nThe log could not be written: ${refused}` }
    },
  }
}

interface Surroundings {
  readonly masker: Masker
  readonly log: LogFile | undefined
  readonly graceMs: number
}

async function supervise(command: Command, options: RunOptions, around: Surroundings): Promise<Exit> {
  const [program = '', ...args] = command.argv
  const child = execa(program, args, spawnOptions(command))
  const stdout = createKept(options.keepBytes ?? KEEP_BYTES)
  const stderr = createKept(options.keepBytes ?? KEEP_BYTES)
  const watch = watchOver(child.pid, options, around.graceMs)
  const read = Promise.all([
    pump(child.stdout, stdout, around, watch.heard),
    pump(child.stderr, stderr, around, watch.heard),
  ])
  if (child.pid !== undefined) await once(child.nodeChildProcess, 'exit')
  await watch.stop()
  await readToTheEnd(read, [child.stdout, child.stderr])
  return exitOf(await child, watch.ended(), stdout, stderr)
}

/** Everything said: execa adds nothing of the bot's own environment, keeps no output, and never throws. */
function spawnOptions(command: Command) {
  return {
    cwd: command.cwd ?? process.cwd(),
    ...(command.input === undefined ? { stdin: 'ignore' } : { input: command.input }),
    env: environment(command.env),
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

/** Ends the group on a deadline, on silence, on abort, and when its leader has ended. */
function watchOver(leader: number | undefined, options: RunOptions, graceMs: number) {
  let ended: Exit['ended'] = 'itself'
  let ending: Promise<void> | undefined
  const end = () => {
    if (leader !== undefined) ending ??= endGroup(leader, graceMs)
    return ending ?? Promise.resolve()
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

async function pump(from: Readable, kept: Kept, { masker, log }: Surroundings, heard: () => void): Promise<void> {
  const masking = masker.byteStream()
  let written: Promise<void> | undefined
  /** The next piece is read and masked while this one is being written. */
  const pass = async (bytes: Buffer) => {
    kept.take(bytes)
    await written
    written = log?.write(bytes)
  }
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      heard()
      await pass(masking.push(chunk))
    }
  } catch {
    // The pipe was taken away below; what came through it counts.
  }
  await pass(masking.end())
}

/** A process that left the group may still hold the pipes: it is not waited for. */
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
    code: result.exitCode ?? null,
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

function notRun(ended: Exit['ended'], stderr: string): Exit {
  return { code: null, signal: null, stdout: '', stderr, truncated: false, ended }
}
