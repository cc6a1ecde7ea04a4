/** One outcome for a check that may find several things wrong. */
import type { Evidence, Outcome } from '../release/deployment.ts'
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

function linesOf({ what, remedy, shell, details }: Problem): readonly string[] {
  return [`Also: ${what} ${remedy}${shell === undefined ? '' : ` ${shell}`}`, ...details]
}
