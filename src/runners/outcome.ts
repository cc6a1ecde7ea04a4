/** One outcome for a check that may find several things wrong. */
import type { Evidence, Outcome } from '../release/deployment.ts'
import type { Problem } from '../release/problems.ts'
import { excerpt } from './log-excerpt.ts'
import type { Context } from './step.ts'

/**
 * Done where nothing was found; otherwise the first problem, with the others among its details, each with what to do about it.
 * The log of the step goes along where a program wrote one.
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
  return { ok: false, problem: { ...first, details, passing }, log: await excerpt(ports.files, log) }
}

function linesOf({ what, remedy, shell, details }: Problem): readonly string[] {
  return [`Also: ${what} ${remedy}${shell === undefined ? '' : ` ${shell}`}`, ...details]
}
