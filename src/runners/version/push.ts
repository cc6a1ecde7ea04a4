/** version.push: the release commit goes to the branch, never forced; when somebody was faster it is made anew on their head. */

import { git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Evidence, Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { readGitAnswer } from '../../release/git-answers.ts'
import { intentOf, intentsOf } from '../../release/machine/states.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { afterPush, outcomeOf } from '../outcome.ts'
import { lastLines, remoteProblem } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { makeAnew } from './make-anew.ts'
import { branchHolds, fetchBranch, fetchProblem, lookAtBranch, pushOf, remoteHead } from './remote-branch.ts'

type Actions = ReturnType<typeof describe>

export const push = step({ describe, observe, run })

const TRIES = 3

/** What is pushed; `notes` tell how it came about. */
interface Candidate {
  readonly commit: string
  readonly commitTime: string
  readonly notes: readonly string[]
}

function describe(facts: Facts) {
  return {
    take: git(facts.folders.clone, ['reset', '--quiet', '--hard', facts.known.commit, '--']),
    look: lookAtBranch(facts),
    push: pushOf(facts, facts.known.commit),
    readBack: lookAtBranch(facts),
  }
}

/** Whether the branch holds the commit that was about to be pushed; a branch that went on still holds it. */
async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts, deployment } = context
  const intent = intentOf(deployment.steps['version.push'])
  if (intent === undefined) return { seen: 'not-done' }
  const { commit, commitTime, remoteHead: before } = intent as Readonly<Record<string, string>>
  const question = `Does ${facts.project.repository.branch} of the origin hold ${commit}?`
  if (commit === undefined) return { seen: 'unknown', question }
  const unseen = await fetchProblem(context)
  if (unseen) return { seen: 'unknown', question, cause: unseen }
  if (!(await branchHolds(context, commit))) return { seen: 'not-done' }
  const pushedOver = (await firstOver(context)) ?? before ?? ''
  return { seen: 'done', evidence: { commit, commitTime: commitTime ?? '', pushedOver } }
}

/** Where the branch was before anything of this release, where an earlier attempt pushed and the fetched branch holds that. */
async function firstOver(context: Context<Actions>): Promise<string | undefined> {
  for (const { commit, remoteHead: over } of intentsOf(context.deployment.steps['version.push']))
    if (typeof commit === 'string' && typeof over === 'string' && (await branchHolds(context, commit))) return over
  return undefined
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { known } = context.facts
  const taken = await context.execute(context.actions.take)
  const own = { commit: known.commit, commitTime: known.commitTime, notes: [] }
  let candidate = taken.code === 0 ? own : await anew(context)
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (isProblem(candidate)) return outcomeOf(context, [candidate], {})
    const pushed = await pushOnce(context, candidate)
    if (isProblem(pushed)) return outcomeOf(context, [pushed], {})
    if (pushed !== 'moved') return 'ok' in pushed ? pushed : { ok: true, ...pushed }
    if (tries < TRIES) candidate = await anew(context)
  }
  const { branch } = context.facts.project.repository
  return outcomeOf(context, [problem('version.push-overtaken', { branch, tries: TRIES })], {})
}

type Pushed = { readonly evidence: Evidence; readonly notes: readonly string[] }

/** One push, and a look at what the origin has afterwards: that decides, not the exit code. */
async function pushOnce(
  context: Context<Actions>,
  candidate: Candidate,
): Promise<Pushed | 'moved' | Problem | Outcome> {
  const { commit, commitTime, notes } = candidate
  const before = await remoteHead(context, context.actions.look)
  if (isProblem(before)) return before
  const pushedOver = await overOf(context, before)
  if (isProblem(pushedOver)) return pushedOver
  const evidence = { commit, commitTime, pushedOver }
  if (before === commit) return { evidence, notes: [...notes, `already there: ${commit.slice(0, 12)}`] }
  await context.intend({ commit, commitTime, remoteHead: before })
  const exit = await context.execute(pushOf(context.facts, commit))
  const after = await remoteHead(context, context.actions.readBack)
  if (isProblem(after)) return after
  if (after === commit) return { evidence, notes }
  if ((await fetchBranch(context)).code === 0 && (await branchHolds(context, commit))) return { evidence, notes }
  if (isOvertaken(exit)) return 'moved'
  return afterPush(exit, await outcomeOf(context, [refusal(context.facts, exit)], {}))
}

async function overOf(context: Context<Actions>, before: string): Promise<string | Problem> {
  if (intentsOf(context.deployment.steps['version.push']).length === 0) return before
  return (await fetchProblem(context)) ?? (await firstOver(context)) ?? before
}

async function anew(context: Context<Actions>): Promise<Candidate | Problem> {
  context.progress('somebody pushed meanwhile: the release commit is made anew on their head')
  return (await fetchProblem(context)) ?? makeAnew(context)
}

function isOvertaken(exit: Exit): boolean {
  return exit.code !== 0 && readGitAnswer(said(exit)) === 'moved'
}

function refusal({ project: { repository } }: Facts, exit: Exit): Problem {
  const { branch, url, ssh } = repository
  const answer = readGitAnswer(said(exit))
  const values = { branch, url, code: exit.code ?? exit.ended }
  if (answer === 'protected') return problem('version.push-protected', values, lastLines(exit))
  if (answer === 'other' || answer === 'moved') return problem('version.push-failed', values, lastLines(exit))
  return remoteProblem({ name: 'the origin', url, ssh }, exit)
}

function said({ stdout, stderr }: Exit): string {
  return `${stdout}\n${stderr}`
}
