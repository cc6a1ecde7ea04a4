/**
 * rollback.git: the bot's own commits leave the branch. While nothing else is above them the branch is set back, with a lease;
 * otherwise each is taken back by a commit on top, so that nobody else's work is touched.
 */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Evidence, Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { readGitAnswer } from '../../release/git-answers.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { withLog } from '../build/commands.ts'
import { lastLines, remoteProblem } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { fetchBranch, fetchOf, fetchProblem, headOf, holdsOf, pushOf, trackingRef } from '../version/remote-branch.ts'
import { candidatesOf, madeBy, ownCommits, revertsOf } from './own-commits.ts'
import { describeReverts, revertAll } from './reverts.ts'

type Actions = ReturnType<typeof describe>

const TRIES = 3

export const branch = step({ describe, observe, run })

function describe(facts: Facts) {
  const commits = candidatesOf(facts, { steps: {} })
  const oldest = commits.at(-1) ?? '<release commit>'
  const look = fetchOf(facts)
  return {
    look,
    own: commits.flatMap((commit) => [holdsOf(facts, commit), madeBy(facts, commit), revertsOf(facts, commit)]),
    head: headOf(facts),
    above: aboveOf(facts, oldest),
    setBack: setBackOf(facts, '<head of the branch>', '<commit before>'),
    otherwise: commits.flatMap((commit) => describeReverts(facts, commit)),
    push: pushOf(facts, '<commit that takes them back>'),
    readBack: look,
  }
}

/** Done once none of our commits is in the branch, or each is taken back there. */
async function observe(context: Context<Actions>): Promise<Observation> {
  const { branch, url } = context.facts.project.repository
  const question = `Does ${branch} of ${url} still hold the commits of this release?`
  const unseen = await fetchProblem(context)
  if (unseen) return { seen: 'unknown', question, cause: unseen }
  const own = await ownCommits(context)
  return own.length === 0 ? { seen: 'done', evidence: await evidenceNow(context) } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { branch } = context.facts.project.repository
  let mayForce = true
  for (let tries = 0; tries < TRIES; ) {
    const came = await takeBack(context, mayForce)
    if (isProblem(came)) return withLog(context, came)
    if (typeof came === 'object') return { ok: true, ...came }
    context.progress(came === 'moved' ? 'somebody pushed meanwhile: looking again' : 'the branch takes no force push')
    if (came === 'protected') mayForce = false
    else tries += 1
  }
  return withLog(context, problem('rollback.git-races', { branch, tries: TRIES }))
}

type Came = { readonly evidence: Evidence; readonly notes: readonly string[] } | 'moved' | 'protected' | Problem

/** One look and one push. What the origin has afterwards decides. */
async function takeBack(context: Context<Actions>, mayForce: boolean): Promise<Came> {
  const unseen = await fetchProblem(context)
  if (unseen) return unseen
  const own = await ownCommits(context)
  if (own.length === 0)
    return { evidence: await evidenceNow(context), notes: ['already there: none of our commits is on the branch'] }
  const head = (await context.execute(context.actions.head)).stdout.trim()
  const before = mayForce ? await commitBefore(context, own) : undefined
  const pushed = before === undefined ? await pushReverts(context, own, head) : await setBack(context, head, before)
  if (isProblem(pushed)) return pushed
  if ((await fetchBranch(context)).code === 0 && (await ownCommits(context)).length === 0)
    return { evidence: await evidenceNow(context), notes: [] }
  return judge(context, pushed, before !== undefined)
}

/** The commit below ours, where the branch above it holds ours and nothing else. */
async function commitBefore({ facts, execute }: Context<Actions>, own: readonly string[]): Promise<string | undefined> {
  const exit = await execute(aboveOf(facts, own.at(-1) ?? ''))
  const found = exit.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  const isOnlyOurs = exit.code === 0 && found.length === own.length && found.every(([each = '']) => own.includes(each))
  const [, before, ...others] = found.at(-1) ?? []
  return isOnlyOurs && others.length === 0 ? before : undefined
}

async function setBack(context: Context<Actions>, head: string, before: string): Promise<Exit> {
  await context.intend({ head, setBackTo: before })
  return context.execute(setBackOf(context.facts, head, before))
}

async function pushReverts(context: Context<Actions>, own: readonly string[], head: string): Promise<Exit | Problem> {
  const made = await revertAll(context, own)
  if (isProblem(made)) return made
  await context.intend({ head, reverts: [...own], commit: made })
  return context.execute(pushOf(context.facts, made))
}

function judge({ facts }: Context<Actions>, exit: Exit, wasForced: boolean): Came {
  const { branch, url, ssh } = facts.project.repository
  const answer = readGitAnswer(`${exit.stdout}\n${exit.stderr}`)
  if (exit.code === 0 || answer === 'moved') return wasForced && isDenied(exit) ? 'protected' : 'moved'
  if (wasForced && (answer === 'protected' || answer === 'other' || isDenied(exit))) return 'protected'
  if (answer === 'protected' || answer === 'other')
    return problem('rollback.git-refused', { branch, url }, lastLines(exit))
  return remoteProblem({ name: 'the origin', url, ssh }, exit)
}

/** What a server with receive.denyNonFastForwards says, in words that otherwise mean a lost race. */
function isDenied({ stdout, stderr }: Exit): boolean {
  return /denying non-fast-forward|remote rejected/i.test(`${stdout}\n${stderr}`)
}

async function evidenceNow({ actions, execute }: Context<Actions>): Promise<Evidence> {
  return { branchHead: (await execute(actions.head)).stdout.trim() }
}

/** Every commit from ours to the head, newest first, each with its parents. */
function aboveOf(facts: Facts, oldest: string): GitCommand {
  const range = `${oldest}^..${trackingRef(facts)}`
  return git(facts.folders.clone, ['rev-list', '--topo-order', '--parents', '--max-count=20', range, '--'])
}

function setBackOf(facts: Facts, head: string, before: string): GitCommand {
  const { url, branch, ssh } = facts.project.repository
  const lease = `--force-with-lease=refs/heads/${branch}:${head}`
  const refspec = `${before}:refs/heads/${branch}`
  return git(facts.folders.clone, ['push', '--porcelain', lease, '--', url, refspec], { access: ssh })
}
