/**
 * What a step is made of. `describe` says what will be done, purely; `run` does exactly that through the ports;
 * `observe` looks whether an outside effect is already there; `ask` collects what a gate has to show.
 */
import type { Reach } from '../argv/isolation.ts'
import type { Clock } from '../ports/clock.ts'
import type { Files } from '../ports/files.ts'
import type { Http } from '../ports/http.ts'
import type { Summary } from '../ports/journal.ts'
import type { Network } from '../ports/network.ts'
import type { Processes } from '../ports/processes.ts'
import type { Exit, RunOptions, Shell } from '../ports/shell.ts'
import type { Signer } from '../ports/signer.ts'
import type { Ssh } from '../ports/ssh.ts'
import type { Deployment, Evidence, Observation, Outcome } from '../release/deployment.ts'
import type { Facts } from '../release/facts.ts'
import type { GateContent } from '../release/gate.ts'
import type { Problem } from '../release/problems.ts'

/** One thing a step will do, printed by a dry run and carried out by `run`. */
export type Action =
  /** A program on this machine. `isolated`: it executes repository content, gets no key, and may reach what is said here. */
  | {
      readonly do: 'command'
      readonly argv: readonly string[]
      readonly cwd?: string
      readonly env?: Readonly<Record<string, string>>
      readonly input?: string
      readonly isolated?: Reach
      /** Names of environment variables that it is given besides. */
      readonly variables?: readonly string[]
    }
  /** A command on a server, argument list for argument list. */
  | {
      readonly do: 'remote'
      readonly host: string
      readonly argv: readonly string[]
      readonly cwd?: string
      readonly env?: Readonly<Record<string, string>>
      readonly input?: string
    }
  | { readonly do: 'upload'; readonly host: string; readonly from: string; readonly to: string }
  | { readonly do: 'edit'; readonly file: string; readonly what: string }
  | { readonly do: 'request'; readonly url: string }
  /** Something the bot does itself, in one sentence: packing a tarball, writing a certificate. */
  | { readonly do: 'own'; readonly what: string }

export type Actions = Readonly<Record<string, Action | readonly Action[]>>

export interface Ports {
  readonly shell: Shell
  readonly ssh: Ssh
  readonly http: Http
  readonly network: Network
  readonly files: Files
  readonly clock: Clock
  readonly processes: Processes
  readonly signer: Signer
}

/** What a running step may use. Everything in it is bounded by the step's deadline through `signal`. */
export interface Context<A extends Actions = Actions> {
  readonly facts: Facts
  readonly actions: A
  readonly ports: Ports
  readonly deployment: Deployment
  /** Absolute path of this attempt's log; it exists once something was written. */
  readonly log: string
  readonly signal: AbortSignal
  /** When the step has to be done, ms since the epoch. */
  readonly deadline: number
  /** True in a dry run: only look, need no key that may write. */
  readonly dryRun: boolean
  /** What is remembered of the project's ended deployments, the newest first. */
  history(): Promise<readonly Summary[]>
  /** Runs a described command into the log; isolated ones as `build.isolation` says. */
  execute(action: Action & { readonly do: 'command' }, options?: Omit<RunOptions, 'log' | 'signal'>): Promise<Exit>
  /** Writes what identifies the outside effect into the journal; await it before the effect. */
  intend(intent: Evidence): Promise<void>
  /** One short line for the progress card, such as `waiting for the AUR, usually 2 min, until 16:40`. */
  progress(line: string): void
  /** Adds a line to the log. */
  note(line: string): Promise<void>
}

export interface Runner {
  describe(facts: Facts): Actions
  observe?(context: Context): Promise<Observation>
  /** What the gate shows and binds to; a problem where it cannot be asked. */
  ask?(context: Context): Promise<GateContent | Problem>
  run(context: Context): Promise<Outcome>
  /** Sees to it that nothing runs any more of what it started elsewhere, for as long as that takes. */
  end?(context: Context): Promise<Outcome>
}

/** Ties a step's own action names to its `run`, and hands back the plain shape the table holds. */
export function step<A extends Actions>(parts: {
  describe(facts: Facts): A
  observe?(context: Context<A>): Promise<Observation>
  ask?(context: Context<A>): Promise<GateContent | Problem>
  run(context: Context<A>): Promise<Outcome>
  end?(context: Context<A>): Promise<Outcome>
}): Runner {
  return parts as unknown as Runner
}
