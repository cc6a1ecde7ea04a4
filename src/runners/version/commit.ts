/** version.commit: exactly the version files that changed become one commit, which is the candidate for the release commit. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { outcomeOf } from '../outcome.ts'
import { clearLeftOvers } from '../own-clone.ts'
import { lastLines } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { versionFiles } from './texts.ts'

export type CommitActions = { readonly [name in 'add' | 'staged' | 'commit' | 'head']: GitCommand }

/** A commit of the clone. `changed` is empty where the version had been set before, so that the head already is the release. */
export interface Committed {
  readonly commit: string
  /** Seconds since the epoch. */
  readonly commitTime: string
  readonly changed: readonly string[]
}

export const commit = step<CommitActions>({ describe: commitActions, run })

/** What `commitVersion` runs. */
export function commitActions(facts: Facts): CommitActions {
  const { clone } = facts.folders
  const message = `Version ${facts.release.full}\n\nSlipway-Deployment: #${facts.number}\n`
  return {
    add: git(clone, ['--literal-pathspecs', 'add', '--', ...versionFiles(facts.project)]),
    staged: git(clone, ['diff', '--cached', '--name-only', '--no-renames', '-z', '--']),
    commit: git(clone, ['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--cleanup=verbatim', '--file=-'], {
      input: message,
    }),
    head: git(clone, ['log', '--max-count=1', '--format=%H %ct', 'HEAD', '--']),
  }
}

async function run(context: Context<CommitActions>): Promise<Outcome> {
  const made = await commitVersion(context, context.actions)
  if (isProblem(made)) return outcomeOf(context, [made], {})
  const { commit, commitTime, changed } = made
  const notes = changed.length > 0 ? [] : [`the version was set before: ${commit.slice(0, 12)} is the release commit`]
  return { ok: true, evidence: { commit, commitTime, changedFiles: changed }, notes }
}

/** Commits what `version.set` and `version.sync` changed; where that is nothing, the head stays the release commit. */
export async function commitVersion(context: Context, actions: CommitActions): Promise<Committed | Problem> {
  await clearLeftOvers(context)
  const changed = await stage(context, actions)
  if (isProblem(changed)) return changed
  if (changed.length > 0) {
    const exit = await context.execute(actions.commit)
    if (exit.code !== 0) return problem('version.commit-failed', { code: exit.code ?? exit.ended }, lastLines(exit))
  }
  const head = await context.execute(actions.head)
  const [commit = '', commitTime = ''] = head.stdout.trim().split(' ')
  if (head.code === 0 && commitTime !== '') return { commit, commitTime, changed }
  return problem('version.commit-failed', { code: head.code ?? head.ended }, lastLines(head))
}

/** The files that differ from the head, once exactly the version files were added. */
async function stage(context: Context, actions: CommitActions): Promise<readonly string[] | Problem> {
  for (const action of [actions.add, actions.staged]) {
    const exit = await context.execute(action)
    if (exit.code !== 0) return problem('version.commit-failed', { code: exit.code ?? exit.ended }, lastLines(exit))
    if (action === actions.staged)
      return within(
        context.facts,
        exit.stdout.split('\0').filter((name) => name !== ''),
      )
  }
  return []
}

function within({ project, folders }: Facts, changed: readonly string[]): readonly string[] | Problem {
  const ours = versionFiles(project)
  const others = changed.filter((name) => !ours.includes(name))
  return others.length === 0
    ? changed
    : problem('version.other-changes', { folder: folders.clone }, others.slice(0, 20))
}
