/** Programs as a person runs them, for making what a test starts from. */
import { spawnSync } from 'node:child_process'

/** git as a person has it, for making origins; throws with git's words. */
export function personGit(folder: string, ...args: string[]): string {
  return must('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@localhost', ...args], folder).trim()
}

/** A program that has to succeed. */
export function must(program: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${done.stderr}${done.stdout}${done.error ?? ''}`)
  return done.stdout
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}
