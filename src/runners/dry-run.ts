/**
 * A dry run: the read-only checks are really made, in a scratch folder and without a key that may write, and every other step
 * says what it would do. It uses the very `describe` that a real run executes.
 */
import type { Deployment, Outcome } from '../release/deployment.ts'
import type { Folders } from '../release/facts.ts'
import { ancestors } from '../release/machine/due.ts'
import { step } from '../release/machine.ts'
import type { PlannedStep } from '../release/plan.ts'
import { problem } from '../release/problems.ts'
import { createContext } from './context.ts'
import { factsFor } from './facts.ts'
import { thrown } from './outcome.ts'
import type { Action, Actions, Ports, Runner } from './step.ts'

/** What one step of the plan would do, and, for a check, what it found. */
export interface DryStep {
  readonly planned: PlannedStep
  readonly actions: readonly Action[]
  readonly outcome?: Outcome
}

export interface DryRunOptions {
  readonly table: Readonly<Record<string, Runner>>
  readonly ports: Ports
  /** Folders below a scratch folder, where the checks are made: clone, builds and journal stay as they are. */
  readonly folders: Folders
  /** The folders that the release would work in: the ones that its command lines name. */
  readonly named: Folders
  readonly signal: AbortSignal
  /** Keys that may write are tried as well, on what they will have to do, without doing it. */
  readonly tryKeys?: true
}

const MINUTE = 60_000
const CHECK_MINUTES = 10

/** Makes the checks in the order of their needs, then describes every step. */
export async function dryRun(requested: Deployment, options: DryRunOptions): Promise<readonly DryStep[]> {
  const outcomes = await check(requested, options)
  const checked = withEvidence(requested, outcomes)
  return requested.plan.map((planned) => {
    const outcome = outcomes.get(planned.id)
    const actions = describeStep(checked, planned, { table: options.table, folders: options.named })
    return { planned, actions, ...(outcome && { outcome }) }
  })
}

/** The actions of a step in the order of the run, what only the run can know as placeholders. */
export function describeStep(
  deployment: Deployment,
  planned: PlannedStep,
  { table, folders }: Pick<DryRunOptions, 'table' | 'folders'>,
): readonly Action[] {
  const runner = table[planned.name]
  if (runner === undefined) return []
  return flatten(runner.describe(factsFor(deployment, planned, { folders, dryRun: true })))
}

/** A step's named actions as a list. */
function flatten(actions: Actions): readonly Action[] {
  return Object.values(actions).flat()
}

/** Every check runs as soon as the checks that it needs have settled well; one that cannot run is told with the reason. */
async function check(requested: Deployment, options: DryRunOptions): Promise<ReadonlyMap<string, Outcome>> {
  const checks = requested.plan.filter(({ phase }) => phase === 'preflight')
  const outcomes = new Map<string, Outcome>()
  let open = checks
  while (open.length > 0) {
    const ready = open.filter(({ id }) => ancestors(checks, id).every((need) => outcomes.has(need)))
    if (ready.length === 0) return outcomes
    const deployment = withEvidence(requested, outcomes)
    const settled = await Promise.all(
      ready.map(async (planned) => [planned.id, await checkOne(deployment, planned, outcomes, options)] as const),
    )
    for (const [id, outcome] of settled) outcomes.set(id, outcome)
    open = open.filter(({ id }) => !outcomes.has(id))
  }
  return outcomes
}

async function checkOne(
  deployment: Deployment,
  planned: PlannedStep,
  outcomes: ReadonlyMap<string, Outcome>,
  { table, ports, folders, signal, tryKeys }: DryRunOptions,
): Promise<Outcome> {
  const failed = planned.needs.find((need) => outcomes.get(need)?.ok === false)
  const blocked = deployment.plan.find(({ id }) => id === failed)?.title
  const runner = table[planned.name]
  const step = planned.title
  if (blocked !== undefined) return { ok: false, problem: problem('step.not-checked', { step, blocked }) }
  if (runner === undefined) return { ok: false, problem: problem('step.gone', { step, number: deployment.number }) }
  const deadline = ports.clock.now() + CHECK_MINUTES * MINUTE
  const quiet = { intend: async () => {}, progress: () => {} }
  const context = createContext(runner, {
    deployment,
    planned,
    attempt: 1,
    folders,
    ports,
    signal,
    deadline,
    dryRun: tryKeys !== true,
    ...quiet,
  })
  try {
    return await runner.run(context)
  } catch (error) {
    return thrown(error, { step, number: deployment.number })
  }
}

/** The deployment as if these checks had been made, for facts such as the head of the branch. Nothing is written anywhere. */
function withEvidence(requested: Deployment, outcomes: ReadonlyMap<string, Outcome>): Deployment {
  const at = requested.requestedAt
  let deployment = step(requested, { type: 'started', at })?.deployment ?? requested
  for (const { id } of requested.plan) {
    const outcome = outcomes.get(id)
    const attempt = deployment.steps[id]?.attempt ?? 0
    if (outcome?.ok)
      deployment = step(deployment, { type: 'settled', step: id, attempt, outcome, at })?.deployment ?? deployment
  }
  return deployment
}
