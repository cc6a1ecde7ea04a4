/** What every probe is: for a short while it looks, changes nothing, and answers in one word and one line. */
import type { Deployment, Evidence, Outcome } from '../../release/deployment.ts'
import type { FactName, Facts } from '../../release/facts.ts'
import type { PlannedStep } from '../../release/plan.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { cutLine, oneLine } from '../../release/text.ts'
import { type Actions, type Context, type Runner, step } from '../step.ts'

/** How long one look may take; what takes longer is a finding of its own. */
const PATIENCE_MS = 20_000
const WIDEST = 300

/** A probe fails as a step only where it could not look. */
export function probe<A extends Actions>(parts: {
  describe(facts: Facts): A
  look(context: Context<A>): Promise<Outcome>
  readonly patienceMs?: number
}): Runner {
  return step<A>({ describe: parts.describe, run: (context) => parts.look(hurried(context, parts.patienceMs)) })
}

/** The answer, one of those that the tree lists for the probe, and what was seen, as a person reads it. */
export function answer(word: string, found: string, more: Evidence = {}): Outcome {
  return { ok: true, evidence: { ...more, answer: word, found: cutLine(oneLine(found.trim()), WIDEST) } }
}

/** The probe could not look. */
export function blind(what: string): Outcome {
  return { ok: false, problem: problem('troubleshoot.blind', { what }) }
}

/** What earlier steps have left under a name, if they have: of the one host, where there is such. */
export function leftBy({ left, item }: Pick<Facts, 'left' | 'item'>, name: FactName): string | undefined {
  const value = left[`${name}:${item}`] ?? left[name]
  return value === undefined ? undefined : String(value)
}

/** What the walk is for: the step that failed, and everything it said. */
export interface Cause {
  readonly planned?: PlannedStep
  /** The server that it failed on, where it was a step on one. */
  readonly host?: string
  readonly problem?: Problem
  readonly lines: readonly string[]
}

/** The failure that the newest walk is for; nothing is known of it where nothing failed. */
export function causeOf({ plan, steps }: Deployment): Cause {
  const walk = plan.findLast((planned) => planned.walk !== undefined)?.walk
  const planned = plan.find(({ id }) => id === walk?.step)
  const { problem: why, log } = steps[planned?.id ?? ''] ?? {}
  const lines = [...(why?.details ?? []), ...(log?.errors ?? []), ...(log?.tail ?? [])]
  const host = planned?.phase === 'vps' ? planned.item : undefined
  return { ...(planned && { planned }), ...(host !== undefined && { host }), ...(why && { problem: why }), lines }
}

const NO_SPACE = /no space left on device|disk quota exceeded|\bENOSPC\b|not enough (?:free )?(?:disk )?space/i

/** The line in which what failed says that a disk is full. */
export function fullDiskLine({ lines }: Cause): string | undefined {
  return lines.find((line) => NO_SPACE.test(line))
}

function hurried<A extends Actions>(context: Context<A>, patienceMs = PATIENCE_MS): Context<A> {
  const deadline = Math.min(context.deadline, context.ports.clock.now() + patienceMs)
  return {
    ...context,
    deadline,
    execute: (action, more) => context.execute(action, { timeoutMs: patienceMs, ...more }),
  }
}
