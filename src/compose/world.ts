/** What the bot may ask of the world without a deployment: whether a release still stands, and what one would do. */
import { mkdtemp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { World } from '../bot/desk/options.ts'
import { ambiguousTemplates } from '../config/templates.ts'
import type { Deployment } from '../release/deployment.ts'
import type { Folders } from '../release/facts.ts'
import { isProblem, type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { diagnosisCard } from '../release/report/diagnosis.ts'
import { dryRunCard } from '../release/report/dry-run.ts'
import { verificationCard } from '../release/report/matrix.ts'
import type { DryStep } from '../runners/dry-run.ts'
import { foldersFor } from '../runners/facts.ts'
import type { Ports } from '../runners/step.ts'

/** Loaded at the first call. */
export const work = async () => (await import('./work.ts')).WORK

/** What the bot may ask of the world without a deployment. `stopping` ends whatever is being looked at. */
export function createWorldView(
  options: { readonly dataFolder: string; readonly scratchFolder: string; readonly signingKey: string },
  ports: Ports,
  stopping: AbortSignal,
): World {
  const own = ({ project, number }: Pick<Deployment, 'project' | 'number'>) =>
    foldersFor(options.dataFolder, project, number, options.signingKey)
  /** Runs in folders of its own, whose name nobody can take beforehand, and which are gone afterwards. */
  const inScratch = async <T>(project: Project, look: (folders: Folders) => Promise<T>): Promise<T> => {
    const scratch = await mkdtemp(join(options.scratchFolder, 'slipway-look-'))
    try {
      return await look(foldersFor(scratch, project, 0, options.signingKey))
    } finally {
      await ports.files.remove(scratch)
    }
  }
  const tried = async (deployment: Deployment, folders: Folders) => {
    const { dryRun, RUNNERS, actionText } = await work()
    const options = { table: RUNNERS, ports, folders, named: own(deployment), signal: stopping }
    const steps = await dryRun(deployment, options)
    return dryRunCard(
      deployment,
      steps.map((step) => dryLine(step, step.actions.map(actionText))),
    )
  }
  const diagnosed = async (deployment: Deployment) => {
    const { diagnoseNow } = await work()
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(DIAGNOSIS_MS)])
    return diagnosisCard(deployment, await diagnoseNow({ deployment, folders: own(deployment), ports, signal }))
  }
  /** What was ended half-way would tell of failures that are none. */
  const whole = async <T>(look: Promise<T>): Promise<T | Problem> => {
    const found = await look
    return stopping.aborted ? problem('request.stopped', {}) : found
  }
  return {
    ambiguousTemplates,
    released: async (project, history) => {
      const { readBaseline } = await work()
      const { baseline, problem } = await readBaseline(ports, project, history)
      return baseline ?? problem
    },
    dryRun: (deployment) => whole(inScratch(deployment.project, (folders) => tried(deployment, folders))),
    verify: (project, release, history) =>
      whole(
        inScratch(project, async (folders) => {
          const { verifyRelease } = await work()
          const matrix = await verifyRelease({ project, release, history, folders, ports, signal: stopping })
          return isProblem(matrix) ? matrix : verificationCard(project, release, matrix)
        }),
      ),
    diagnose: (deployment) => whole(diagnosed(deployment)),
    incident: async ({ project, number }, note) => {
      const path = join(own({ project, number }).incidents, `${number}.md`)
      if (!(await ports.files.exists(path))) return undefined
      if (note !== undefined) await ports.files.append(path, `\n- Note, ${note}\n`)
      return { name: basename(path), path }
    },
    certificate: async (file) => (await work()).inspectCertificate(ports.files, file),
    logFile: async (deployment, step) => {
      const attempt = deployment.steps[step]?.attempt ?? 0
      const file = join(own(deployment).logs, `${step.replace(':', '.')}.${attempt}.log`)
      return (await ports.files.exists(file)) ? { file, lines: await ports.files.tail(file, LOG_LINES) } : undefined
    },
  }
}

/** As long as anybody waits for an answer in a chat. */
const DIAGNOSIS_MS = 5 * 60_000

/** As many lines of a log as a phone shows without a file. */
const LOG_LINES = 40

function dryLine({ planned, outcome }: DryStep, lines: readonly string[]) {
  return {
    id: planned.id,
    title: planned.title,
    phase: planned.phase,
    gate: planned.gate !== undefined,
    lines,
    notes: outcome?.ok ? (outcome.notes ?? []) : [],
    checked: outcome !== undefined,
    ...(outcome !== undefined && !outcome.ok && 'problem' in outcome && { problem: outcome.problem }),
  }
}
