/** A program of the world: started with a log of its own, awaited until it answers, ended by its pid, and dead with its parent. */
import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { until } from './until.ts'

export interface PartPlan {
  readonly name: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What the program prints goes to the end of it. */
  readonly log: string
  isReady(): Promise<boolean>
}

export interface Part {
  readonly pid: number
  /** To it and to nobody else. */
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended; a stopped one is woken for it. */
  end(): Promise<void>
}

const GRACE_MS = 5_000
const SHOWN_LINES = 40

/** Rejects with its log where it ends before it is ready, or never is. The kernel ends it where this process is killed. */
export async function startPart({ name, argv, env, log, isReady }: PartPlan): Promise<Part> {
  const file = await open(log, 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], { env, stdio: ['ignore', file.fd, file.fd] })
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  await file.close()
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  const end = async () => {
    if (hasEnded()) return
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await over
    clearTimeout(late)
  }
  const why = () => tailOf(name, log)
  try {
    await until(async () => hasEnded() || isReady(), { what: `${name} starts`, why })
    if (hasEnded()) throw new Error(`${name} ended as it started\n${await why()}`)
  } catch (error) {
    await end()
    throw error
  }
  return { pid: child.pid ?? 0, signal: (signal) => void child.kill(signal), end }
}

/** The end of a log under the name of its program, as it is shown when something failed. */
export async function tailOf(name: string, log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '(no log)')
  return `== ${name}\n${text.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')}\n`
}
