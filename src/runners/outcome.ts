/** One outcome for a check that may find several things wrong. */
import type { Exit } from '../ports/shell.ts'
import type { Evidence, Outcome } from '../release/deployment.ts'
import { pushedNothing } from '../release/git-answers.ts'
import type { Problem } from '../release/problems.ts'
import type { Context } from './step.ts'

/**
 * Done where nothing was found; otherwise the first problem, with the others among its details, each with what to do about it.
 * The findings say which lines matter, so of the log only its place goes along, where a program wrote one.
 */
export async function outcomeOf(
  { ports, log }: Pick<Context, 'ports' | 'log'>,
  problems: readonly Problem[],
  evidence: Evidence,
  notes: readonly string[] = [],
): Promise<Outcome> {
  const [first, ...others] = problems
  if (first === undefined) return { ok: true, evidence, notes }
  const details = [...first.details, ...others.flatMap(linesOf)]
  const passing = problems.every((one) => one.passing)
  const found: Outcome = { ok: false, problem: { ...first, details, passing } }
  return (await ports.files.exists(log)) ? { ...found, log: { file: log, errors: [], tail: [] } } : found
}

/** The outcome of a push that failed, marked where it is known that nothing of it took effect. */
export function afterPush({ stdout, stderr }: Exit, outcome: Outcome): Outcome {
  if (outcome.ok || 'changed' in outcome) return outcome
  return pushedNothing(`${stdout}\n${stderr}`) ? { ...outcome, refused: true } : outcome
}

function linesOf({ what, remedy, shell, details }: Problem): readonly string[] {
  return [`Also: ${what} ${remedy}${shell === undefined ? '' : ` ${shell}`}`, ...details]
}
