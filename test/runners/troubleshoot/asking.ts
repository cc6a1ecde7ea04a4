/** Runs one probe or fix of the tree on a bench, as if a step had just failed. */
import type { Deployment, Evidence, LogExcerpt, Outcome, StepState } from '../../../src/release/deployment.ts'
import type { PlannedStep } from '../../../src/release/plan.ts'
import { type Problem, type ProblemCode, problem } from '../../../src/release/problems.ts'
import type { FixName, ProbeName } from '../../../src/release/recovery.ts'
import type { Context } from '../../../src/runners/step.ts'
import { TROUBLESHOOTING } from '../../../src/runners/troubleshoot/table.ts'
import type { Bench } from '../make-context.ts'

export interface Failed {
  readonly step: string
  readonly code?: ProblemCode
  /** What its log says. */
  readonly said?: readonly string[]
  readonly intent?: Evidence
}

/** `item` is the server it is about. */
export function troubleshoot(
  bench: Bench,
  name: ProbeName | FixName,
  { failed, item }: { readonly failed?: Failed; readonly item?: string } = {},
): Promise<Outcome> {
  const runner = TROUBLESHOOTING[name]
  const context = bench.context(runner, item === undefined ? name : `${name}:${item}`)
  return runner.run(failed === undefined ? context : afterFailure(context, failed))
}

/** What a probe answered and saw. */
export async function answered(
  outcome: Promise<Outcome>,
): Promise<{ readonly answer: unknown; readonly found: string }> {
  const ended = await outcome
  if (!ended.ok) throw new Error(`it could not look: ${JSON.stringify(ended)}`)
  return { answer: ended.evidence.answer, found: String(ended.evidence.found) }
}

export async function failure(outcome: Promise<Outcome>): Promise<Problem> {
  const ended = await outcome
  if (ended.ok || !('problem' in ended)) throw new Error(`it went well: ${JSON.stringify(ended)}`)
  return ended.problem
}

function afterFailure(context: Context, { step, code, said = [], intent }: Failed): Context {
  const { deployment } = context
  const why = problem(code ?? 'build.failed', {} as never)
  const log: LogExcerpt = { file: '/log', errors: said, tail: [] }
  const state: StepState = {
    ...{ status: 'failed', attempt: 1, stale: false, evidence: deployment.steps[step]?.evidence ?? {}, notes: [] },
    ...{ problem: why, log },
    ...(intent && { attempted: [{ attempt: 1, intent }] }),
  }
  const [name = '', item] = step.split(':')
  const planned = { id: step, name, phase: name.split('.')[0], ...(item && { item }) } as unknown as PlannedStep
  const walk = { number: 1, step, code: why.code, branch: 'build', retries: 0, opens: [] } as const
  const probe = { id: 'probe.1', name: 'probe.disk', phase: 'troubleshoot', walk } as unknown as PlannedStep
  const plan = [...deployment.plan.filter(({ id }) => id !== step), planned, probe]
  const failed: Deployment = { ...deployment, plan, steps: { ...deployment.steps, [step]: state } }
  return { ...context, deployment: failed }
}
