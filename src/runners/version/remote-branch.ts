/** The release branch at the origin, asked and fetched. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { remoteProblem } from '../remote-problem.ts'
import type { Context } from '../step.ts'

const MINUTE = 60_000

/** Where the clone keeps what the origin has. */
export function trackingRef({ project }: Facts): string {
  return `refs/remotes/origin/${project.repository.branch}`
}

export function lookAtBranch({ project: { repository } }: Facts): GitCommand {
  const { url, branch, ssh } = repository
  return git('/', ['ls-remote', '--heads', '--', url, `refs/heads/${branch}`], { access: ssh })
}

/** The commit the branch is on now. */
export async function remoteHead(context: Context, look: GitCommand): Promise<string | Problem> {
  const { url, branch, ssh } = context.facts.project.repository
  const exit = await context.execute(look, { timeoutMs: MINUTE })
  if (exit.code !== 0) return remoteProblem({ name: 'the origin', url, ssh }, exit)
  const lines = exit.stdout.split('\n').map((line) => line.split('\t'))
  const head = lines.find(([, ref]) => ref === `refs/heads/${branch}`)?.[0]
  return head ?? problem('preflight.branch-missing', { branch, url })
}

export function fetchBranch({ facts, execute }: Context): Promise<Exit> {
  return execute(fetchOf(facts))
}

/** Fetches the branch; why that could not be, if so. */
export async function fetchProblem(context: Context): Promise<Problem | undefined> {
  const { url, ssh } = context.facts.project.repository
  const fetched = await fetchBranch(context)
  return fetched.code === 0 ? undefined : remoteProblem({ name: 'the origin', url, ssh }, fetched)
}

/** Fetches the branch into its tracking ref. */
export function fetchOf(facts: Facts): GitCommand {
  const { url, branch, ssh } = facts.project.repository
  const wanted = `+refs/heads/${branch}:${trackingRef(facts)}`
  return git(facts.folders.clone, ['fetch', '--quiet', '--no-tags', '--', url, wanted], { access: ssh })
}

/** Whether the fetched branch contains the commit. A commit that the clone does not have is not in it either. */
export async function branchHolds({ facts, execute }: Context, commit: string): Promise<boolean> {
  return (await execute(holdsOf(facts, commit))).code === 0
}

/** A problem where the branch no longer holds the release commit, or could not be asked. One that went on still holds it. */
export async function withdrawal(context: Context, look: GitCommand): Promise<Problem | undefined> {
  const { known, project, release } = context.facts
  const { branch } = project.repository
  const head = await remoteHead(context, look)
  if (isProblem(head)) return head
  if (head === known.commit) return undefined
  const unfetched = await fetchProblem(context)
  if (unfetched || (await branchHolds(context, known.commit))) return unfetched
  const commit = known.commit.slice(0, 12)
  return problem('version.withdrawn', { branch, commit, version: release.full, head: head.slice(0, 12) })
}

/** Exit code 0 where the fetched branch contains the commit. */
export function holdsOf(facts: Facts, commit: string): GitCommand {
  return git(facts.folders.clone, ['merge-base', '--is-ancestor', commit, trackingRef(facts)])
}

/** Names the commit that the fetched branch is on. */
export function headOf(facts: Facts): GitCommand {
  return git(facts.folders.clone, ['rev-parse', '--verify', `${trackingRef(facts)}^{commit}`])
}

/** Pushes a commit to the branch, never forced. */
export function pushOf({ folders, project: { repository } }: Facts, commit: string): GitCommand {
  const { url, branch, ssh } = repository
  return git(folders.clone, ['push', '--porcelain', '--', url, `${commit}:refs/heads/${branch}`], { access: ssh })
}
