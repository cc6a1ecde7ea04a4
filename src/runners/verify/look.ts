/** What reading the matrix needs of a step, so that a verification without a deployment can bring the same. */
import { join } from 'node:path'
import type { HttpFault } from '../../ports/http.ts'
import type { Exit } from '../../ports/shell.ts'
import type { SshFault } from '../../ports/ssh.ts'
import type { Facts } from '../../release/facts.ts'
import type { Expected, Lag, Row } from '../../release/matrix/rows.ts'
import type { Reading } from '../../release/matrix.ts'
import type { Action, Context } from '../step.ts'

/** Where the looking happens. `facts.known` is not read: what is expected is handed in. */
export type Place = Pick<Context, 'facts' | 'ports' | 'execute' | 'note' | 'deadline'>

/** One round of looking. What several rows need is asked once, and nothing twice at a time. */
export interface Round extends Place {
  readonly expected: Expected
  once<T>(name: string, ask: () => Promise<T>): Promise<T>
}

/** How the rows of one check are read. */
export interface Reader {
  describe(facts: Facts, expected: Expected, row: Row): readonly Action[]
  read(round: Round, row: Row): Promise<Reading>
}

/** The folder for clones and downloads of a verification; nothing else lies there. */
export function scratch({ folders }: Facts, name: string): string {
  return join(folders.builds, 'verify', name)
}

/** No answer over the network. What may pass by itself is waited for. */
export function noAnswer(fault: HttpFault | SshFault, of: string): Reading {
  return PASSING.has(fault.code) ? { fault: fault.message, lag: lagOf(of) } : { fault: fault.message }
}

export function lagOf(of: string): Lag {
  return { of, usualMinutes: 1 }
}

/** A program that did not end well: why nothing could be read. */
export function programFault({ stderr, code, ended }: Exit): string {
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 200)
  return last || `exit code ${code ?? ended}`
}

const PASSING: ReadonlySet<string> = new Set([
  ...['unresolved', 'refused', 'timeout', 'reset', 'failed'],
  ...['unreachable', 'no-banner', 'lost'],
])
