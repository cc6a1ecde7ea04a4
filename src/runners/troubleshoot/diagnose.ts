/** Walks the troubleshooting tree as the world is at this moment: what `diagnose` answers. Nothing is changed or written down. */
import type { Deployment, Outcome, StepState } from '../../release/deployment.ts'
import { type BranchName, TREE } from '../../release/diagnosis/tree.ts'
import { answerOf, diagnose, type Failure, probesOf } from '../../release/diagnosis.ts'
import type { Folders } from '../../release/facts.ts'
import { failuresOf } from '../../release/machine/recovery.ts'
import type { PlannedStep } from '../../release/plan.ts'
import { FIXES, PROBES, type Risk } from '../../release/recovery.ts'
import { createContext } from '../context.ts'
import type { Ports } from '../step.ts'
import { TROUBLESHOOTING } from './table.ts'

export interface DiagnoseOptions {
  readonly deployment: Deployment
  /** Those of the deployment: what it made is looked at where it lies. */
  readonly folders: Folders
  readonly ports: Ports
  readonly signal: AbortSignal
}

/** One question, what was seen, and the answer in a word; no answer where it could not be looked at. */
export interface Look {
  readonly question: string
  readonly found: string
  readonly answer?: string
}

/** One way through the tree. `fix`: what would follow, with its risk; `why`: where the tree ends at a person. */
export interface Diagnosis {
  readonly branch: BranchName
  readonly title: string
  readonly looks: readonly Look[]
  readonly fix?: { readonly title: string; readonly risk: Risk }
  readonly why?: string
}

const MINUTES = 10

/** For what has failed the way through the tree; where nothing has that it knows, the questions of every branch, which lead to no fix. */
export async function diagnoseNow(options: DiagnoseOptions): Promise<readonly Diagnosis[]> {
  const deployment = withoutWalks(options.deployment)
  const failures = failuresOf(deployment)
  const way = failures.length === 0 ? undefined : await walk(options, deployment, failures)
  if (way !== undefined) return [way]
  const branches = (Object.keys(TREE) as BranchName[]).filter((branch) => !isLeftOut(deployment, branch))
  return Promise.all(branches.map((branch) => lookAround(options, deployment, branch)))
}

/** What the project does not have is no part of its plan. */
function isLeftOut({ project }: Deployment, branch: BranchName): boolean {
  return (branch === 'aur' || branch === 'vps') && project[branch] === undefined
}

/** Looks for as long as the tree asks. A fix that was tried before is named all the same: it is what the tree knows. */
async function walk(
  options: DiagnoseOptions,
  from: Deployment,
  failures: readonly Failure[],
): Promise<Diagnosis | undefined> {
  let deployment = from
  for (;;) {
    const verdict = diagnose(deployment, failures)
    if (verdict.do === 'run' && verdict.step.name in PROBES) {
      deployment = await looked(options, deployment, verdict.step)
      continue
    }
    const steps = deployment.plan.filter((step) => step.walk !== undefined)
    const branch = steps[0]?.walk?.branch
    if (branch === undefined) return undefined
    const looks = steps.map((step) => lookOf(deployment, step))
    const way = { branch, title: TREE[branch].title, looks }
    if (verdict.do === 'person') return { ...way, ...(verdict.why !== undefined && { why: verdict.why }) }
    const { name, title: fix } = verdict.step
    return { ...way, fix: { title: fix, risk: FIXES[name as keyof typeof FIXES].risk } }
  }
}

/** Every question of a branch; a server that cannot be reached is asked nothing more. */
async function lookAround(options: DiagnoseOptions, from: Deployment, branch: BranchName): Promise<Diagnosis> {
  let deployment = from
  const silent = new Set<string | undefined>()
  const steps = probesOf(from, branch).toSorted(
    (a, b) => Number(b.name === 'probe.ssh') - Number(a.name === 'probe.ssh'),
  )
  const asked: PlannedStep[] = []
  for (const step of steps) {
    if (step.item !== undefined && silent.has(step.item)) continue
    deployment = await looked(options, deployment, step)
    asked.push(step)
    if (step.name === 'probe.ssh' && answerOf(deployment.steps[step.id]) !== 'yes') silent.add(step.item)
  }
  return { branch, title: TREE[branch].title, looks: asked.map((step) => lookOf(deployment, step)) }
}

/** The deployment as if the probe had been run in it. */
async function looked(options: DiagnoseOptions, from: Deployment, step: PlannedStep): Promise<Deployment> {
  const deployment = { ...from, plan: [...from.plan, step] }
  const outcome = await probe(options, deployment, step)
  const state: StepState = { status: 'failed', attempt: 1, stale: false, evidence: {}, notes: [] }
  const settled: StepState = outcome.ok
    ? { ...state, status: 'done', evidence: outcome.evidence }
    : { ...state, ...('problem' in outcome && { problem: outcome.problem }) }
  return { ...deployment, steps: { ...deployment.steps, [step.id]: settled } }
}

/** Its log is apart from those of the walks that were made: attempts of steps count from 1. */
function probe(
  { folders, ports, signal }: DiagnoseOptions,
  deployment: Deployment,
  planned: PlannedStep,
): Promise<Outcome> {
  const runner = TROUBLESHOOTING[planned.name as keyof typeof TROUBLESHOOTING]
  const deadline = ports.clock.now() + MINUTES * 60_000
  const quiet = { intend: async () => {}, progress: () => {} }
  return runner.run(
    createContext(runner, {
      deployment,
      planned,
      attempt: 0,
      folders,
      ports,
      signal,
      deadline,
      dryRun: true,
      ...quiet,
    }),
  )
}

function lookOf({ steps }: Deployment, { id, title }: PlannedStep): Look {
  const state = steps[id]
  const answer = answerOf(state)
  const found = state?.problem?.what ?? String(state?.evidence.found ?? '')
  return { question: title, found, ...(answer !== undefined && { answer }) }
}

/** Old answers are no answers now. */
function withoutWalks(deployment: Deployment): Deployment {
  return { ...deployment, plan: deployment.plan.filter(({ walk }) => walk === undefined) }
}
