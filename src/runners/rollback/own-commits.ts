/** The commits that a deployment brought to the branch and that are still in it: the bot's own, told by their trailer. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Deployment } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { intentsOf } from '../../release/machine/states.ts'
import type { Context } from '../step.ts'
import { branchHolds, trackingRef } from '../version/remote-branch.ts'

/** The trailer of a commit that takes another back. */
export const REVERTS = 'Slipway-Reverts'

/** Newest first: the documentation, then the release. Each once, as it was left and as it was ever attempted. */
export function candidatesOf({ left }: Pick<Facts, 'left'>, { steps }: Pick<Deployment, 'steps'>): readonly string[] {
  const { documentationCommit, commit } = left
  const pushed = (step: string) =>
    intentsOf(steps[step])
      .map((intent) => intent.commit)
      .toReversed()
  const all = [...pushed('finish.push'), documentationCommit, commit, ...pushed('version.push')]
  return [...new Set(all.filter((one): one is string => typeof one === 'string' && /^[0-9a-f]{40,64}$/.test(one)))]
}

/** Of these commits those that the fetched branch holds, that the bot made, and that nobody has taken back since. */
export async function ownCommits(context: Context): Promise<readonly string[]> {
  const own: string[] = []
  for (const commit of candidatesOf(context.facts, context.deployment)) {
    if (!(await branchHolds(context, commit))) continue
    const made = await context.execute(madeBy(context.facts, commit))
    if (made.code !== 0 || !/^#\d+$/.test(made.stdout.trim())) continue
    const reverts = await context.execute(revertsOf(context.facts, commit))
    if (reverts.stdout.trim() === '') own.push(commit)
  }
  return own
}

/** Our trailer on a commit; nothing on one that a person made. */
export function madeBy({ folders }: Facts, commit: string): GitCommand {
  const format = '--format=%(trailers:key=Slipway-Deployment,valueonly,separator=%x2C)'
  return git(folders.clone, ['log', '--max-count=1', format, commit, '--'])
}

/** Commits above one that say they take it back, in our words or in those of git. */
export function revertsOf(facts: Facts, commit: string): GitCommand {
  const words = [`--grep=^${REVERTS}: ${commit}`, `--grep=This reverts commit ${commit}`]
  const range = `${commit}..${trackingRef(facts)}`
  return git(facts.folders.clone, ['log', '--max-count=1', '--format=%H', ...words, range, '--'])
}
