/** Whether what the repository executes can be kept away from the bot's keys, as `build.isolation` says. */
import { type Problem, problem } from '../../release/problems.ts'
import type { Action, Context } from '../step.ts'

interface IsolationActions {
  readonly user: readonly (Action & { readonly do: 'command' })[]
  readonly asUser: readonly (Action & { readonly do: 'command' })[]
  readonly enter: readonly (Action & { readonly do: 'command' })[]
}

/**
 * The user exists, can be switched to, and can enter the folder it builds in; proved by doing it. A dry run has another folder,
 * so there the last cannot be told.
 */
export async function checkIsolation(context: Context, actions: IsolationActions): Promise<readonly Problem[]> {
  const { isolation } = context.facts.project.build
  if (isolation.kind === 'none') return []
  if (isolation.kind === 'bubblewrap') return [problem('preflight.isolation-bubblewrap', {})]
  const { user } = isolation
  const wanted = await uid(context, actions.user)
  if (wanted === undefined) return [problem('preflight.isolation-user-missing', { user })]
  const { id, name: self } = context.ports.processes.user
  const got = id === 0 ? await uid(context, actions.asUser) : undefined
  if (got !== wanted) return [problem('preflight.isolation-no-switch', { user, self })]
  return context.dryRun ? [] : canEnter(context, actions.enter, user)
}

async function canEnter(
  context: Context,
  [action]: IsolationActions['enter'],
  user: string,
): Promise<readonly Problem[]> {
  const exit = action && (await context.execute(action))
  const folder = context.facts.folders.builds
  return exit?.code === 0 ? [] : [problem('preflight.isolation-no-way-in', { user, folder })]
}

async function uid(context: Context, [action]: IsolationActions['user']): Promise<string | undefined> {
  const exit = action && (await context.execute(action))
  return exit?.code === 0 ? exit.stdout.trim() : undefined
}
