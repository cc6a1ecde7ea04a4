/** Running a program in a test, whatever comes of it: the servers under test live in this very process. */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printed } from '../canary/leave.ts'

export interface Attempt {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function attempt(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Attempt> {
  const [program = '', ...args] = argv
  const env = options.env ?? { PATH: process.env.PATH ?? '' }
  const child = spawn(program, args, { cwd: options.cwd, env, stdio: 'pipe' })
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([printed(child.stdout), printed(child.stderr), ended])
  return { code, stdout, stderr }
}

/** A new folder that every user of this machine may enter. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-sandbox-'))
  await chmod(folder, 0o755)
  return folder
}
