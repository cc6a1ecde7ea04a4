/** Running programs on this machine. The only implementation that spawns is `tools/shell.ts`. */
import type { Argv } from '../release/project.ts'

/** What is to be run. `env` is the whole environment, not an addition; absent means the bot's own minimal one. */
export interface Command {
  readonly argv: Argv
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

export interface RunOptions {
  /** Absolute path; stdout and stderr go there masked, appended. Without it both are only kept, bounded. */
  readonly log?: string
  readonly timeoutMs?: number
  /** Ends the process group when nothing was printed for this long. */
  readonly idleMs?: number
  readonly signal?: AbortSignal
  /** Once it fires, what is being ended is given no more time. */
  readonly hurry?: AbortSignal
  /** What it is for, as a person reads it where a process is left over: `#42 build.target:linux`. */
  readonly purpose?: string
  /** How much of stdout and of stderr is kept, in bytes; default 1 MiB. What is cut off sets `truncated`. */
  readonly keepBytes?: number
}

/** How a program ended. `code` is null when it never started, was ended, or a signal ended it. Only `code === 0` is success. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly truncated: boolean
  readonly ended: 'itself' | 'timeout' | 'idle' | 'aborted' | 'not-found' | 'not-started'
}

export interface Shell {
  /** Never throws for what the program does; a program that is not there is `ended: 'not-found'`. Output is masked. */
  run(command: Command, options?: RunOptions): Promise<Exit>
}
