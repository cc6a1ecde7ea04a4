/** Clean clone: each target is built in a clone of its own that holds the release commit and knows no remote. */
import { git, gitClone } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { problem } from '../../release/problems.ts'
import { cloneOf } from '../artifacts.ts'
import { handOver } from '../hand-over.ts'
import { type Context, step } from '../step.ts'
import { type CommandAction, failedBuild, runAll, withLog } from './commands.ts'

type CleanActions = {
  readonly clone: CommandAction
  readonly forget: CommandAction
  readonly checkout: CommandAction
  readonly clean: readonly CommandAction[]
}

export const clean = step<CleanActions>({
  describe(facts) {
    const folder = cloneOf(facts, facts.item)
    return {
      clone: gitClone(facts.folders.clone, folder, { agent: false }, ['--no-hardlinks', '--no-checkout']),
      forget: git(folder, ['remote', 'remove', 'origin']),
      checkout: git(folder, ['checkout', '--quiet', '--detach', facts.known.commit, '--']),
      clean: facts.project.build.clean.map((argv) => ({
        do: 'command',
        argv,
        cwd: folder,
        isolated: { writes: folder, network: true },
      })),
    }
  },

  async run(context) {
    const { facts, actions, ports } = context
    const folder = cloneOf(facts, facts.item)
    await ports.files.remove(folder)
    const notCloned = await runAll(context, [actions.clone, actions.forget, actions.checkout])
    if (notCloned) return withLog(context, problem('build.clone-failed', { target: facts.item }))
    await handOver(context, folder)
    return cleaned(context, facts)
  },
})

async function cleaned(context: Context<CleanActions>, facts: Facts): Promise<Outcome> {
  const failure = await runAll(context, context.actions.clean)
  if (failure) return failedBuild(context, facts.item, failure, 'build.clean-failed')
  return { ok: true, evidence: { [`clone:${facts.item}`]: facts.known.commit } }
}
