/** Commits that take back others, made in the bot's own clone on top of the branch as it was fetched. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { clearLeftOvers } from '../own-clone.ts'
import { lastLines } from '../remote-problem.ts'
import type { Context } from '../step.ts'
import { trackingRef } from '../version/remote-branch.ts'
import { REVERTS } from './own-commits.ts'

/** What taking back one commit runs. */
export function describeReverts(facts: Facts, commit: string): readonly GitCommand[] {
  return [...Object.values(startOf(facts)), ...Object.values(revertOf(facts, commit))]
}

/** Takes back each of these, in this order, on the fetched head; the last commit that makes. */
export async function revertAll(context: Context, commits: readonly string[]): Promise<string | Problem> {
  const { start, clean } = startOf(context.facts)
  await clearLeftOvers(context)
  for (const command of [start, clean]) {
    const answer = await answerOf(context, command)
    if (isProblem(answer)) return answer
  }
  let head = ''
  for (const commit of commits) {
    const made = await revertOne(context, commit)
    if (isProblem(made)) return made
    head = made
  }
  return head
}

async function revertOne(context: Context, commit: string): Promise<string | Problem> {
  const { revert, conflicts, commit: write, head } = revertOf(context.facts, commit)
  const reverted = await context.execute(revert)
  if (reverted.code !== 0) {
    const files = (await context.execute(conflicts)).stdout.split('\0').filter((name) => name !== '')
    const { url, branch } = context.facts.project.repository
    return problem('rollback.git-conflict', { commit: commit.slice(0, 12), branch, url }, files.slice(0, 20))
  }
  const written = await answerOf(context, write)
  return isProblem(written) ? written : answerOf(context, head)
}

function startOf(facts: Facts) {
  const { clone } = facts.folders
  return {
    start: git(clone, ['checkout', '--quiet', '--force', '--detach', trackingRef(facts), '--']),
    clean: git(clone, ['clean', '--quiet', '-ffdx']),
  }
}

/** Made even where somebody took the change back by hand: the trailer says that it is gone. */
function revertOf(facts: Facts, commit: string) {
  const { clone } = facts.folders
  const options = ['--quiet', '--allow-empty', '--no-verify', '--no-gpg-sign', '--cleanup=verbatim', '--file=-']
  return {
    revert: git(clone, ['revert', '--no-commit', commit]),
    conflicts: git(clone, ['diff', '--name-only', '--diff-filter=U', '-z', '--']),
    commit: git(clone, ['commit', ...options], { input: message(facts, commit) }),
    head: git(clone, ['rev-parse', '--verify', 'HEAD^{commit}']),
  }
}

function message({ release, number }: Facts, commit: string): string {
  return `Take back ${commit.slice(0, 12)} of ${release.full}\n\n${REVERTS}: ${commit}\nSlipway-Deployment: #${number}\n`
}

async function answerOf(context: Context, command: GitCommand): Promise<string | Problem> {
  const exit = await context.execute(command)
  if (exit.code === 0) return exit.stdout.trim()
  const words = command.argv.slice(3, 5).join(' ')
  return problem('rollback.git-failed', { command: `git ${words}`, code: exit.code ?? exit.ended }, lastLines(exit))
}
