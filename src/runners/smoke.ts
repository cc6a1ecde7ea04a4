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
  /** What users have: whatever names it may be that, and only know of the release. Undefined for a first one. */
  readonly previous: Release | undefined
}

/** Judges how a program ended and what it printed, trimmed, against the release that it has to be. */
export function judgeSmoke(of: Asked, exit: Exit): { readonly said: string; readonly problem?: Problem } {
  const said = `${exit.stdout}\n${exit.stderr}`.trim()
  const wording = WORDINGS[of.program]
  const old = oldIn(said, of)
  if (exit.code === 0 && old === undefined && namesRelease(said, of.release)) return { said }
  const named = old ?? firstVersion(said)
  const code = exit.code !== 0 ? wording.failed : named === undefined ? wording.silent : wording.other
  const { target, argv, release } = of
  const values = { target, command: argv.join(' '), version: release.full, ended: endOf(exit), found: named ?? 'none' }
  return { said, problem: problem(code, values, said.split('\n').slice(0, SHOWN)) }
}

/** The release before as the text names it. Of 3.1.3+001 and 3.1.3+002 the version alone could be either. */
function oldIn(text: string, { release, previous }: Pick<Asked, 'release' | 'previous'>): string | undefined {
  if (previous === undefined || previous.full === release.full) return undefined
  const isOther = previous.version !== release.version
  if (!isOther && previous.build === undefined) return undefined
  const old = isOther ? previous.version : previous.full
  return isNamed(text, old) ? old : undefined
}

/** Lines of what a program printed instead. */
const SHOWN = 10

/**
 * Whether the text names the release as a whole word: 3.1.3 is not in 13.1.30, in 3.1.3.1, in 3.1.3-beta.1 nor in 3.1.3 beta. A
 * build number may be left out, and has to be the right one where it stands behind the version.
 */
export function namesRelease(text: string, { version, build, full }: Release): boolean {
  return isNamed(text, full) || isNamed(text, version, build === undefined ? '' : '\\+\\d|')
}

function isNamed(text: string, version: string, not = ''): boolean {
  return new RegExp(`(?<![\\w.])v?${literal(version)}(?!${not}\\w|\\.\\w|-[A-Za-z]|${EARLY})`).test(text)
}

/** How others write what semver writes as 3.1.3-beta. */
const EARLY = '~|[ \\t]+(?:[Aa]lpha|ALPHA|[Bb]eta|BETA|[Rr]c|RC)(?![A-Za-z])'

const VERSION = RegExp(
  `(?<!\\d)\\d+\\.\\d+\\.\\d+(?:-[A-Za-z][\\dA-Za-z.-]*)?(?:\\+\\d+)?(?:(?:${EARLY})[\\dA-Za-z.]*)?`,
)

/** The first thing in a text that looks like a version, or undefined. */
export function firstVersion(text: string): string | undefined {
  return text.match(VERSION)?.[0]
}
