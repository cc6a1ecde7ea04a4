/** Programs as a person runs them, for making what a test starts from. */
import { spawnSync } from 'node:child_process'

const PERSON = ['-c', 'user.name=Ana', '-c', 'user.email=ana@localhost', '-c', 'maintenance.auto=false']

/** git as a person has it, for making origins; throws with git's words. */
export function personGit(folder: string, ...args: string[]): string {
  return must('git', [...PERSON, ...args], folder).trim()
}

/** A program that has to succeed. */
export function must(program: string, args: readonly string[], cwd: string, input = ''): string {
  const env = { ...process.env, GIT_TEMPLATE_DIR: '' }
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', env, input })
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(' ')}: ${done.stderr}${done.stdout}${done.error ?? ''}`)
  return done.stdout
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}
