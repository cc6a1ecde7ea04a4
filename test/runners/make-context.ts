/** A bench for single steps: real git, real programs and real files in a temporary folder, and everything that ran on record. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import type { Summary } from '../../src/ports/journal.ts'
import type { Exit, Shell } from '../../src/ports/shell.ts'
import type { Deployment, Evidence, StepState } from '../../src/release/deployment.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import type { Project } from '../../src/release/project.ts'
import type { Release } from '../../src/release/version.ts'
import { createContext } from '../../src/runners/context.ts'
import { foldersFor } from '../../src/runners/facts.ts'
import type { Actions, Context, Ports, Runner } from '../../src/runners/step.ts'
import { project as sample } from '../release/sample.ts'
import { realPorts } from './real-ports.ts'

export interface Bench {
  readonly folder: string
  readonly folders: ReturnType<typeof foldersFor>
  readonly ports: Ports
  readonly project: Project
  readonly deployment: Deployment
  /** Every argument list that was started, in order. */
  readonly ran: string[][]
  readonly intents: Evidence[]
  readonly progress: string[]
  /** Leaves evidence as if an earlier step had. */
  leave(step: string, evidence: Evidence): void
  /** Has the step stand as an earlier attempt left it. */
  recall(step: string, state: StepState): void
  /** Approves what a gated step asked for. */
  approve(step: string, bound: Readonly<Record<string, string>>, digest: string): void
  context(
    runner: Runner,
    step: string,
    more?: { readonly dryRun?: boolean; readonly minutes?: number; readonly history?: readonly Summary[] },
  ): Context<Actions>
}

export interface BenchOptions {
  readonly project?: Partial<Project>
  readonly release?: Release
  readonly previous?: { readonly release: Release; readonly commit?: string }
  readonly number?: number
  readonly ports?: Partial<Ports>
  /** A data folder to share with an earlier bench. */
  readonly folder?: string
}

const RELEASE: Release = { version: '3.1.3', build: '001', full: '3.1.3+001' }

/** A bench with a project of its own; the folder is removed when the test ends. */
export function makeBench(options: BenchOptions = {}): Bench {
  const folder = options.folder ?? temporaryFolder()
  const number = options.number ?? 42
  const project: Project = { ...sample, ...options.project }
  const folders = foldersFor(join(folder, 'data'), project, number)
  mkdirSync(folders.builds, { recursive: true })
  openTo(folders.builds, folder)
  const real = realPorts()
  const ran: string[][] = []
  const intents: Evidence[] = []
  const progress: string[] = []
  const ports: Ports = {
    ...real,
    ...options.ports,
    shell: {
      run: (command, more) => {
        ran.push([...command.argv])
        return (options.ports?.shell ?? real.shell).run(command, more)
      },
    },
  }
  const deployment = {
    ...emptyDeployment(project, number, options),
    steps: {} as Record<string, StepState>,
    gates: [] as Deployment['gates'][number][],
  }
  const leave = (step: string, evidence: Evidence) => {
    const state = deployment.steps[step] ?? { status: 'done', attempt: 1, stale: false, evidence: {}, notes: [] }
    deployment.steps[step] = { ...state, evidence: { ...state.evidence, ...evidence } }
  }
  return {
    folder,
    folders,
    ports,
    project,
    deployment,
    ran,
    intents,
    progress,
    leave,
    recall: (step, state) => {
      deployment.steps[step] = state
    },
    approve: (step, bound, digest) => deployment.gates.push(approvedGate(step, bound, digest)),
    context: (runner, step, more = {}) => {
      const planned = plannedStep(step)
      return createContext(runner, {
        deployment: { ...deployment, plan: planOf(deployment), ...commitOf(deployment) },
        planned,
        attempt: 1,
        folders,
        ports,
        signal: AbortSignal.timeout(120_000),
        deadline: ports.clock.now() + (more.minutes ?? 2) * 60_000,
        dryRun: more.dryRun ?? false,
        history: async () => more.history ?? [],
        intend: async (intent) => void intents.push(intent),
        progress: (line) => void progress.push(line),
      })
    },
  }
}

/** A shell that answers so instead of running what has this word among its arguments. */
export function answering(word: string, exit: Partial<Exit>): Shell {
  const { shell } = realPorts()
  const said = { code: null, signal: null, stdout: '', stderr: '', truncated: false, ended: 'itself', ...exit } as const
  return { run: (command, more) => (command.argv.includes(word) ? Promise.resolve(said) : shell.run(command, more)) }
}

/** Time that only passes while somebody sleeps. */
export function fakeClock(start = 1_700_000_000_000): Clock & { readonly slept: number[] } {
  let now = start
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms)
      now += ms
    },
    at: () => () => {},
  }
}

/** A folder that other users of the machine may enter; removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function openTo(inner: string, outer: string): void {
  for (let each = inner; each.startsWith(outer); each = dirname(each)) chmodSync(each, 0o755)
}

function emptyDeployment(project: Project, number: number, options: BenchOptions): Deployment {
  return {
    number,
    kind: 'release',
    project,
    release: options.release ?? RELEASE,
    ...(options.previous && { previous: { sources: ['the journal'], ...options.previous } }),
    requester: { platform: 'terminal', account: 'ana', name: 'Ana', groups: [], vouched: true },
    place: { platform: 'terminal', channel: 'tty' },
    requestedAt: 0,
    plan: [],
    steps: {},
    gates: [],
    stops: [],
    status: 'running',
    frozen: false,
    queuedAfter: [],
    joined: [],
    deliveries: [],
    messages: {},
    head: '',
    eventCount: 1,
    lastEventAt: 0,
  }
}

function plannedStep(id: string): PlannedStep {
  const [name = id, item] = id.split(':')
  const phase = name.split('.')[0]?.replace(/^(probe|fix)$/, 'troubleshoot') ?? ''
  return {
    id,
    name,
    phase,
    title: id,
    effect: 'local',
    minutes: 1,
    needs: [],
    settles: false,
    interruptible: true,
    ...(item && { item }),
  } as PlannedStep
}

function planOf(deployment: Deployment): readonly PlannedStep[] {
  return Object.keys(deployment.steps).map(plannedStep)
}

function commitOf(deployment: Deployment): { commit?: string } {
  const commit = deployment.steps['version.commit']?.evidence.commit
  return commit === undefined ? {} : { commit: String(commit) }
}

function approvedGate(
  step: string,
  bound: Readonly<Record<string, string>>,
  digest: string,
): Deployment['gates'][number] {
  return {
    id: `${step}.1`,
    name: 'aur-submit',
    step,
    content: { bound, card: { sections: [], files: [] } },
    digest,
    openedAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    status: 'approved',
    presses: [],
    used: true,
    reminders: 0,
    options: [],
    differs: [],
  }
}
