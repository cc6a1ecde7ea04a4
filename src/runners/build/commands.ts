/** Running a build's own commands, and what to say when one does not end well. */
import type { Exit } from '../../ports/shell.ts'
import type { Outcome } from '../../release/deployment.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { excerpt } from '../log-excerpt.ts'
import type { Action, Context } from '../step.ts'

export type CommandAction = Action & { readonly do: 'command' }

/** A command that did not end well, as a person would type it. */
export interface Failure {
  readonly command: string
  readonly program: string
  readonly exit: Exit
  /** How long it was allowed to run. */
  readonly minutes: number
}

/** Runs described commands one after another, up to the first that does not end well. */
export async function runAll(context: Context, commands: readonly CommandAction[]): Promise<Failure | undefined> {
  for (const action of commands) {
    const minutes = Math.max(0, Math.round((context.deadline - context.ports.clock.now()) / 60_000))
    const exit = await context.execute(action)
    if (exit.code !== 0) return { command: action.argv.join(' '), program: action.argv[0] ?? '', exit, minutes }
  }
  return undefined
}

/** The outcome for a failed build command: `otherwise` words what is not a matter of the machine. */
export async function failedBuild(
  context: Context,
  target: string,
  failure: Failure,
  otherwise: 'build.clean-failed' | 'build.failed',
): Promise<Outcome> {
  return withLog(context, buildProblem(target, failure, otherwise))
}

/** A failed outcome with what a person should see of the log. */
export async function withLog({ ports, log }: Pick<Context, 'ports' | 'log'>, why: Problem): Promise<Outcome> {
  return { ok: false, problem: why, log: await excerpt(ports.files, log) }
}

/** How a program ended, in a word or two: `code 1`, `signal SIGKILL`, `timeout`. */
export function endOf(exit: Exit): string {
  if (exit.ended !== 'itself') return exit.ended
  return exit.code === null ? `signal ${exit.signal ?? 'unknown'}` : `code ${exit.code}`
}

function buildProblem(target: string, failure: Failure, otherwise: 'build.clean-failed' | 'build.failed'): Problem {
  const { command, program, exit, minutes } = failure
  if (isMissing(exit)) return problem('build.tool-missing', { target, program })
  if (exit.ended === 'timeout' || exit.ended === 'idle') {
    return problem('build.too-slow', { target, command, minutes })
  }
  return problem(otherwise, { target, command, code: endOf(exit) })
}

/** A wrapper that changes the user ends with 127 and its own name when the program is not there. */
function isMissing({ ended, code, stderr }: Exit): boolean {
  return ended === 'not-found' || (code === 127 && /^(env|setpriv|runuser|bwrap): /m.test(stderr))
}
