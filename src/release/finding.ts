/** A finding: one thing that was looked at before any release, and the command that mends it where it is not as it should be. */
import type { Problem } from './problems.ts'

/** `note` is worth knowing and stops nothing; `bad` would stop a release. */
export type Standing = 'good' | 'note' | 'bad'

export interface Finding {
  /** What was looked at, such as `configuration` or `harbour, tools and their versions`. */
  readonly about: string
  readonly standing: Standing
  readonly what: string
  readonly why?: string
  readonly remedy?: string
  /** For a shell, to be copied. */
  readonly command?: string
  /** What to add to slipway.yaml, as it stands there. */
  readonly lines?: string
  readonly details?: readonly string[]
}

/** A problem of a check as a finding. Commands of the bot are left out: nothing runs that could be retried. */
export function findingOf(about: string, { what, why, remedy, shell, lines, details }: Problem): Finding {
  return {
    about,
    standing: 'bad',
    what,
    why,
    remedy: remedy.replace(/( and|[,;] then) retry(?=[.,;])/, ''),
    ...(shell !== undefined && { command: shell }),
    ...(lines !== undefined && { lines }),
    ...(details.length > 0 && { details }),
  }
}
