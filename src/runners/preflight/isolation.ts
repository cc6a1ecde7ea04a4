/** Whether what the repository executes can be kept away from the bot's keys, as `build.isolation` says. */
import { type Problem, problem } from '../../release/problems.ts'
import type { Action, Context } from '../step.ts'

interface IsolationActions {
  readonly user: readonly (Action & { readonly do: 'command' })[]
  readonly asUser: readonly (Action & { readonly do: 'command' })[]
}

/** The user exists and can be switched to; proved by doing it. */
export async function checkIsolation(context: Context, actions: IsolationActions): Promise<readonly Problem[]> {
  const { isolation } = context.facts.project.build
  if (isolation.kind === 'none') return []
  if (isolation.kind === 'bubblewrap') return [problem('preflight.isolation-bubblewrap', {})]
  const { user } = isolation
  const wanted = await uid(context, actions.user)
  if (wanted === undefined) return [problem('preflight.isolation-user-missing', { user })]
  const { id, name: self } = context.ports.processes.user
  const got = id === 0 ? await uid(context, actions.asUser) : undefined
  return got === wanted ? [] : [problem('preflight.isolation-no-switch', { user, self })]
}

async function uid(context: Context, [action]: IsolationActions['user']): Promise<string | undefined> {
  const exit = action && (await context.execute(action))
  return exit?.code === 0 ? exit.stdout.trim() : undefined
}
