/** Makes the context a step runs in: its facts, its described actions, its log, and the way commands are executed. */
import { join } from 'node:path'
import { isolate } from '../argv/isolation.ts'
import type { Summary } from '../ports/journal.ts'
import type { Command, Exit } from '../ports/shell.ts'
import type { Deployment, Evidence } from '../release/deployment.ts'
import type { Folders } from '../release/facts.ts'
import type { PlannedStep } from '../release/plan.ts'
import type { Project } from '../release/project.ts'
import { factsFor } from './facts.ts'
import { prepareHome } from './hand-over.ts'
import type { Action, Actions, Context, Ports, Runner } from './step.ts'

export interface ContextOptions {
  readonly deployment: Deployment
  readonly planned: PlannedStep
  readonly attempt: number
  readonly folders: Folders
  readonly ports: Ports
  readonly signal: AbortSignal
  readonly hurry?: AbortSignal
  readonly deadline: number
  readonly dryRun: boolean
  /** A program that prints nothing for so long is ended. */
  readonly idleMs?: number
  /** Of the project's ended deployments, the newest first; without it nothing is remembered of them. */
  history?(): Promise<readonly Summary[]>
  /** Told how each program ended. */
  ended?(exit: Exit): void
  /** Writes the intent into the journal. */
  intend(intent: Evidence): Promise<void>
  /** Shows one line on the progress card. */
  progress(line: string): void
}

/** Where the bot's ssh agent listens, for its own git alone: `argv/ssh.ts` says for each host whether it may be asked. */
const AGENT = ['SSH_AUTH_SOCK']

type LocalCommand = Action & { readonly do: 'command' }

/** The context of one attempt of one step. */
export function createContext(runner: Runner, options: ContextOptions): Context<Actions> {
  const { deployment, planned, attempt, folders, ports, signal, idleMs } = options
  const dryRun = options.dryRun || planned.phase === 'troubleshoot'
  const facts = factsFor(deployment, planned, { folders, dryRun })
  const log = join(folders.logs, `${planned.id.replace(':', '.')}.${attempt}.log`)
  const purpose = `#${deployment.number} ${planned.id}`
  const hurry = options.hurry && { hurry: options.hurry }
  const bounds = () => ({
    log,
    signal,
    ...hurry,
    purpose,
    timeoutMs: Math.max(1, options.deadline - ports.clock.now()),
  })
  return {
    facts,
    actions: runner.describe(facts),
    ports,
    deployment,
    log,
    signal,
    deadline: options.deadline,
    dryRun: options.dryRun,
    history: options.history ?? (async () => []),
    execute: async (action, more) => {
      if (action.isolated) {
        if (isRootItself(deployment.project, ports)) return REFUSED
        await prepareHome({ facts, ports })
      }
      const command = commandFor(action, deployment.project, folders, ports)
      const exit = await ports.shell.run(command, { ...bounds(), ...(idleMs !== undefined && { idleMs }), ...more })
      options.ended?.(exit)
      return exit
    },
    intend: options.intend,
    progress: options.progress,
    note: (line) => note(ports, log, line),
  }
}

/** bubblewrap alone does not make root harmless: the pre-flight asks for a user, and nothing starts without. */
function isRootItself({ build: { isolation } }: Project, { processes }: Ports): boolean {
  return isolation.kind === 'bubblewrap' && isolation.user === undefined && processes.user.id === 0
}

const REFUSED: Exit = {
  code: null,
  signal: null,
  stdout: '',
  stderr: 'Not started: Slipway runs as root, and build.isolation of kind bubblewrap names no user.',
  truncated: false,
  ended: 'not-started',
}

/** A described command as it is started: with its environment, and isolated where it executes repository content. */
function commandFor(action: LocalCommand, project: Project, folders: Folders, ports: Ports): Command {
  const own = ports.processes.environment(['PATH', 'LANG'])
  const names = action.isolated ? [...project.build.environment, ...(action.variables ?? [])] : AGENT
  const more = ports.processes.environment(names)
  const home = action.isolated ? folders.home : join(folders.logs, '..', '..', 'home')
  const place = { home, ...(action.cwd !== undefined && { cwd: action.cwd }) }
  return {
    argv: action.isolated ? isolate(action.argv, project.build.isolation, action.isolated, place) : action.argv,
    env: { LANG: 'C.UTF-8', ...own, ...more, ...action.env, HOME: home },
    ...(action.cwd !== undefined && { cwd: action.cwd }),
    ...(action.input !== undefined && { input: action.input }),
  }
}

async function note(ports: Ports, log: string, line: string): Promise<void> {
  await ports.files.append(log, `${line}\n`)
}
