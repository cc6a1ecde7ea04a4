/** Outcomes of what does not go straight: checks that find several things wrong, pushes that fail, steps that throw. */
import { isFullDisk } from '../ports/files.ts'
import type { Exit } from '../ports/shell.ts'
import type { Evidence, Outcome } from '../release/deployment.ts'
import { pushedNothing } from '../release/git-answers.ts'
import { type Problem, problem } from '../release/problems.ts'
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

/** What a step threw, as its outcome: a disk that refuses to take more is the machine's, anything else a bug of the bot. */
export function thrown(error: unknown, { step, number }: { readonly step: string; readonly number: number }): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  return { ok: false, problem: problem(isFullDisk(error) ? 'step.no-room' : 'step.bug', { step, message, number }) }
}

function linesOf({ what, remedy, shell, details }: Problem): readonly string[] {
  return [`Also: ${what} ${remedy}${shell === undefined ? '' : ` ${shell}`}`, ...details]
}
