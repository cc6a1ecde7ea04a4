/** Carries out one effect of the machine: finds the step's runner, gives it its context, and turns what comes back into an event. */
import type { Summary } from '../ports/journal.ts'
import type { Deployment, Evidence, Observation, Outcome } from '../release/deployment.ts'
import type { NewEvent } from '../release/event.ts'
import type { Folders } from '../release/facts.ts'
import { heldProblem } from '../release/machine/hold.ts'
import type { PlannedStep } from '../release/plan.ts'
import { isProblem, type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { throughJumps } from '../release/reached.ts'
import { createContext } from './context.ts'
import { acrossConnections } from './lost-connection.ts'
import { thrown } from './outcome.ts'
import type { Context, Ports, Runner } from './step.ts'

export interface Performance {
  readonly effect: { readonly do: 'run' | 'ask' | 'end'; readonly step: string; readonly attempt: number }
  readonly deployment: Deployment
  /** The runner of every step name that this program has. */
  readonly table: Readonly<Record<string, Runner>>
  readonly folders: Folders
  readonly ports: Ports
  readonly signal: AbortSignal
  /** Once it fires, what is being ended is given no more time. */
  readonly hurry?: AbortSignal
  /** True after a restart: the world is looked at before anything is repeated. */
  readonly interrupted: boolean
  /** Of the project's ended deployments, the newest first. */
  history(): Promise<readonly Summary[]>
  intend(intent: Evidence): Promise<void>
  progress(line: string): void
}

const MINUTE = 60_000
/** A step may take three times its planned minutes, and ten minutes at least. */
const PATIENCE = 3
const LEAST_MINUTES = 10
/** A program that printed nothing for so long is taken for stuck. */
const QUIET_MINUTES = 10

/** The event that follows from the effect: `asked` with what a gate shows, or `settled`. Never throws. */
export async function perform(performance: Performance): Promise<NewEvent> {
  const { effect, deployment, ports } = performance
  const planned = deployment.plan.find(({ id }) => id === effect.step)
  const runner = planned && performance.table[planned.name]
  const { step, attempt } = effect
  const settle = (outcome: Outcome): NewEvent => ({
    type: 'settled',
    step,
    attempt,
    outcome: reachable(deployment.project, outcome),
    at: ports.clock.now(),
  })
  if (planned === undefined || runner === undefined)
    return settle(failure(problem('step.gone', { step, number: deployment.number })))
  try {
    return await bounded(performance, planned, (signal, deadline) =>
      attemptStep(performance, planned, runner, { signal, deadline, settle }),
    )
  } catch (error) {
    return settle(thrown(error, { step, number: deployment.number }))
  }
}

/** What a person is told to type works from where they are, jump host or not; further findings stand among the details. */
function reachable(project: Project, outcome: Outcome): Outcome {
  if (outcome.ok || !('problem' in outcome)) return outcome
  const { shell, details, ...found } = outcome.problem
  const through = (line: string) => throughJumps(project, line)
  const led = { details: details.map(through), ...(shell !== undefined && { shell: through(shell) }) }
  return { ...outcome, problem: { ...found, ...led } }
}

/** How long a step may take, in minutes: configured by its name, the verification's own deadline, or from the plan. */
function minutesAllowed(deployment: Deployment, planned: PlannedStep): number {
  const { deadlines, verify } = deployment.project
  const own =
    planned.name === 'verify.matrix' ? verify.deadlineMinutes : Math.max(LEAST_MINUTES, planned.minutes * PATIENCE)
  return deadlines[planned.name]?.minutes ?? own
}

/** How long a program of the step may print nothing, in minutes. */
function quietMinutes(deployment: Deployment, planned: PlannedStep): number {
  return deployment.project.deadlines[planned.name]?.quiet ?? QUIET_MINUTES
}

interface Attempt {
  readonly signal: AbortSignal
  readonly deadline: number
  settle(outcome: Outcome): NewEvent
}

async function attemptStep(
  performance: Performance,
  planned: PlannedStep,
  runner: Runner,
  attempt: Attempt,
): Promise<NewEvent> {
  const { effect, ports } = performance
  const idleMs = quietMinutes(performance.deployment, planned) * MINUTE
  let wasQuiet = false
  const context = createContext(runner, {
    ...performance,
    ...attempt,
    planned,
    attempt: effect.attempt,
    dryRun: false,
    idleMs,
    ended: (exit) => {
      wasQuiet ||= exit.ended === 'idle'
    },
  })
  if (effect.do === 'ask') return ask(runner, context, attempt, effect, ports.clock.now)
  if (effect.do === 'end') return attempt.settle((await runner.end?.(context)) ?? cancelled(performance, planned))
  const outcome = await acrossConnections(
    context,
    {
      first: () =>
        performance.interrupted
          ? lookFirst(runner, context, planned, 'a restart')
          : first(performance, planned, runner, context),
      next: () => lookFirst(runner, context, planned, 'the connection was lost'),
    },
    problemOf,
  )
  return attempt.settle(inTime(performance, planned, outcome, { ...attempt, wasQuiet }))
}

/** What was cancelled before its turn came starts nothing. */
async function first(
  { signal, deployment }: Performance,
  planned: PlannedStep,
  runner: Runner,
  context: Context,
): Promise<Outcome> {
  return signal.aborted ? failure(cancelProblem(deployment, planned)) : runner.run(context)
}

async function ask(
  runner: Runner,
  context: Context,
  attempt: Attempt,
  { step, attempt: count }: Performance['effect'],
  now: () => number,
): Promise<NewEvent> {
  const collect = async () => runner.ask?.(context)
  const content = await acrossConnections(context, { first: collect, next: collect }, (found) =>
    isProblem(found) ? found : undefined,
  )
  if (content === undefined) throw new Error(`${step} has a gate and nothing to show`)
  if (isProblem(content)) return attempt.settle(failure(content))
  return { type: 'asked', step, attempt: count, content, at: now() }
}

/**
 * After an interruption or a lost connection: what is done is recorded, what is not is run, and what nobody can tell is a question.
 * What goes on by itself is followed also where nothing may begin unasked.
 */
async function lookFirst(runner: Runner, context: Context, planned: PlannedStep, after: string): Promise<Outcome> {
  const observation = (await runner.observe?.(context)) ?? { seen: 'not-done' as const }
  const { hold, number } = context.deployment
  const held = planned.effect === 'outside' ? hold : undefined
  if (observation.seen === 'done')
    return { ok: true, evidence: observation.evidence, notes: [`found done after ${after}`] }
  if (observation.seen === 'unknown') return failure(unseen(planned.title, number, observation))
  if (context.deployment.cancel !== undefined) return failure(cancelProblem(context.deployment, planned))
  return held && observation.seen === 'not-done' ? failure(heldProblem(context.deployment, held)) : runner.run(context)
}

/**
 * What keeps Slipway from looking, such as another host key, says better than the open question what is to be done; where it can
 * pass by itself, it is waited for and then looked again.
 */
function unseen(
  step: string,
  number: number,
  { question, cause }: Observation & { readonly seen: 'unknown' },
): Problem {
  const asked = cause === undefined ? question : `${question} ${cause.what}`
  if (cause === undefined || cause.passing)
    return { ...problem('step.unknown', { step, question: asked, number }), passing: cause !== undefined }
  return { ...cause, details: [...cause.details, `Not known meanwhile: ${question}`] }
}

function problemOf(outcome: Outcome): Problem | undefined {
  return outcome.ok || 'changed' in outcome ? undefined : outcome.problem
}

/** A failure after the deadline or a cancel is told as what it is. */
function inTime(
  { deployment, signal, ports }: Performance,
  planned: PlannedStep,
  outcome: Outcome,
  attempt: Attempt & { readonly wasQuiet: boolean },
): Outcome {
  if (outcome.ok || 'changed' in outcome) return outcome
  const step = planned.title
  if (signal.aborted && planned.effect !== 'outside') return { ...outcome, problem: cancelProblem(deployment, planned) }
  const { number } = deployment
  if (attempt.wasQuiet) {
    const quiet = { step, minutes: quietMinutes(deployment, planned), name: planned.name, number }
    return { ...outcome, problem: problem('step.quiet', quiet) }
  }
  if (ports.clock.now() < attempt.deadline || planned.name === 'verify.matrix') return outcome
  const minutes = minutesAllowed(deployment, planned)
  return {
    ...outcome,
    problem: problem('step.deadline', { step, minutes, name: planned.name, number: deployment.number }),
  }
}

/** A step that leaves nothing behind elsewhere has nothing to end. */
function cancelled({ deployment }: Performance, planned: PlannedStep): Outcome {
  return { ...failure(cancelProblem(deployment, planned)), over: true }
}

function cancelProblem({ number }: Deployment, { title }: PlannedStep): Problem {
  return problem('step.cancelled', { step: title, number })
}

/** Runs with a signal that fires at the deadline, or earlier when the deployment is cancelled. */
async function bounded<T>(
  { deployment, ports, signal }: Performance,
  planned: PlannedStep,
  run: (signal: AbortSignal, deadline: number) => Promise<T>,
): Promise<T> {
  const deadline = ports.clock.now() + minutesAllowed(deployment, planned) * MINUTE
  const late = new AbortController()
  const cancelTimer = ports.clock.at(deadline, () => late.abort())
  try {
    return await run(AbortSignal.any([signal, late.signal]), deadline)
  } finally {
    cancelTimer()
  }
}

function failure(reason: Problem): Outcome & { readonly ok: false } {
  return { ok: false, problem: reason }
}
