/** Programs that the world itself runs: each has to succeed, or there is no world. */
import { spawn } from 'node:child_process'

export interface ProgramOptions {
  readonly cwd?: string
  /** Added to a minimal environment: nothing of the person's own reaches the world. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Runs a program and returns what it printed. Throws with its stderr when it fails. */
export async function run(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const env = { ...minimalEnvironment(), ...options.env }
  const child = spawn(program, args, { cwd: options.cwd, env, stdio: 'pipe' })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const printed: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code === 0) return Buffer.concat(printed).toString()
  throw new Error(`${[program, ...args].join(' ')}: exit ${code}\n${Buffer.concat(complaints)}`)
}

/** What every program of the world starts with; git reads nobody's configuration (`git help git`, GIT_CONFIG_GLOBAL). */
export function minimalEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  }
}
