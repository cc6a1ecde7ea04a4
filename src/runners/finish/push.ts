import type { Exit } from '../../ports/shell.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { readGitAnswer } from '../../release/git-answers.ts'
import { intentOf } from '../../release/machine/states.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { afterPush, outcomeOf } from '../outcome.ts'
import { lastLines } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { branchHolds, fetchOf, fetchProblem, holdsOf, pushOf } from '../version/remote-branch.ts'
import { describeDocuments, writeDocuments } from './documents.ts'

type Actions = ReturnType<typeof describe>

const TRIES = 3

export const push = step({ describe, observe, run })

function describe(facts: Facts) {
  const commit = facts.known.documentationCommit
  const look = [fetchOf(facts), holdsOf(facts, commit)]
  return { look, push: pushOf(facts, commit), readBack: look }
}

/** The commit that was last attempted, or the one that was made: the branch may have moved past it and still hold it. */
async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts, deployment } = context
  const intent = intentOf(deployment.steps['finish.push'])
  const commit = String(intent?.commit ?? facts.known.documentationCommit)
  const there = await isThere(context, commit)
  const question = `Does the origin hold the documentation commit ${commit}?`
  if (isProblem(there)) return { seen: 'unknown', question, cause: there }
  return there ? { seen: 'done', evidence: { documentationCommit: commit } } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { documentationCommit } = context.facts.known
  const already = await isThere(context, documentationCommit)
  if (isProblem(already)) return outcomeOf(context, [already], {})
  if (!already) return pushUntilThere(context)
  return { ok: true, evidence: { documentationCommit }, notes: [`already there: ${documentationCommit.slice(0, 12)}`] }
}

/** Pushes, and looks at what the origin has afterwards: that decides, not the exit code. */
async function pushUntilThere(context: Context<Actions>): Promise<Outcome> {
  const { facts } = context
  let commit = facts.known.documentationCommit
  for (let tries = 1; ; tries += 1) {
    await context.intend({ commit })
    const exit = await context.execute(pushOf(facts, commit))
    const there = await isThere(context, commit)
    if (isProblem(there)) return outcomeOf(context, [there], {})
    if (there) return { ok: true, evidence: { documentationCommit: commit } }
    const refusal = refusalOf(facts, exit, tries)
    if (refusal) return afterPush(exit, await outcomeOf(context, [refusal], {}))
    context.progress('somebody pushed meanwhile: the documentation is made again on their head')
    const again = await writeDocuments({ ...context, actions: describeDocuments(facts) })
    if (isProblem(again)) return outcomeOf(context, [again], {})
    commit = again.commit
  }
}

async function isThere(context: Context<Actions>, commit: string): Promise<boolean | Problem> {
  return (await fetchProblem(context)) ?? branchHolds(context, commit)
}

/** Why pushing again makes no sense; undefined where somebody was faster and another try is left. */
function refusalOf({ project }: Facts, exit: Exit, tries: number): Problem | undefined {
  const { branch, url } = project.repository
  const isOvertaken = exit.code === 0 || readGitAnswer(`${exit.stdout}\n${exit.stderr}`) === 'moved'
  if (!isOvertaken) return problem('finish.push-refused', { branch, url }, lastLines(exit))
  return tries < TRIES ? undefined : problem('finish.push-races', { branch, tries })
}
