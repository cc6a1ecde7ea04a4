/** Asking a program what it is: only what it says itself proves which release people get. */
import type { Exit } from '../ports/shell.ts'
import { type Problem, problem } from '../release/problems.ts'
import { literal } from '../release/text.ts'
import type { Release } from '../release/version.ts'
import { endOf } from './build/commands.ts'

/** As long as a program may take to say its version. */
export const SMOKE_MS = 60_000

/** What was run: a program as it was built, or as it was installed from the package. */
const WORDINGS = {
  built: { failed: 'build.smoke-failed', silent: 'build.smoke-silent', other: 'build.program-version' },
  installed: { failed: 'aur.smoke-failed', silent: 'aur.smoke-silent', other: 'aur.program-version' },
} as const

/** `target`: what was built, or the package that it was installed from. */
export interface Asked {
  readonly program: keyof typeof WORDINGS
  readonly target: string
  readonly argv: readonly string[]
  readonly release: Release
}

/** Judges how a program ended and what it printed, trimmed, against the release that it has to be. */
export function judgeSmoke(of: Asked, exit: Exit): { readonly said: string; readonly problem?: Problem } {
  const said = `${exit.stdout}\n${exit.stderr}`.trim()
  const wording = WORDINGS[of.program]
  const named = firstVersion(said)
  if (exit.code === 0 && namesRelease(said, of.release)) return { said }
  const code = exit.code !== 0 ? wording.failed : named === undefined ? wording.silent : wording.other
  const { target, argv, release } = of
  const values = { target, command: argv.join(' '), version: release.full, ended: endOf(exit), found: named ?? 'none' }
  return { said, problem: problem(code, values, said.split('\n').slice(0, SHOWN)) }
}

/** Lines of what a program printed instead. */
const SHOWN = 10

/**
 * Whether the text names the release as a whole word: 3.1.3 is not in 13.1.30, in 3.1.3.1 nor in 3.1.3-beta.1. A build number
 * may be left out, and has to be the right one where it stands behind the version.
 */
export function namesRelease(text: string, { version, build }: Release): boolean {
  const number = build === undefined ? '' : `(?:\\+${literal(build)}(?!\\w)|(?!\\+\\d))`
  return new RegExp(`(?<![\\w.])v?${literal(version)}(?!\\w|\\.\\w|-[A-Za-z])${number}`).test(text)
}

const VERSION = /(?<!\d)\d+\.\d+\.\d+(?:-[A-Za-z][\dA-Za-z.-]*)?(?:\+\d+)?/

/** The first thing in a text that looks like a version, or undefined. */
export function firstVersion(text: string): string | undefined {
  return text.match(VERSION)?.[0]
}
