/**
 * rollback.aur: a new commit on the AUR's head with the files that the AUR had before this release. The item `epoch` raises the
 * epoch as well, so that installs of the new version go back. What was ever pushed there stays in its history.
 */

import {
  askHead,
  aurOf,
  cloneAur,
  commitFiles,
  commitOnto,
  contains,
  exportTree,
  fetchHead,
  fileAt,
  madeBy,
  pushCommit,
  sameTree,
} from '../../argv/aur.ts'
import { printSrcinfo } from '../../argv/makepkg.ts'
import type { Evidence, Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { intentOf } from '../../release/machine/states.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { readLive } from '../aur/live.ts'
import { aurProblem, wasOvertaken } from '../aur/remote.ts'
import { sourceOf, workshopOf } from '../aur/source.ts'
import { withLog } from '../build/commands.ts'
import { type Action, type Context, step } from '../step.ts'
import { approvedFacts } from './approved.ts'
import { aurMessage, makeFiles, raisedFiles } from './aur-files.ts'
import { fetchedHead } from './aur-head.ts'

export type AurActions = ReturnType<typeof describe>

export const aur = step({ describe, observe, run })

function describe(facts: Facts) {
  const { aurHead } = facts.known
  const source = sourceOf(facts)
  const message = aurMessage(facts)
  const raised: Action = { do: 'edit', file: `${source}/PKGBUILD`, what: 'the epoch, one higher than any before' }
  return {
    clone: cloneAur(facts),
    head: askHead(facts),
    fetch: fetchHead(facts),
    same: sameTree(facts, '<AUR head now>', aurHead),
    ours: madeBy(facts, '<AUR head now>'),
    live: fileAt(facts, aurHead, '.SRCINFO'),
    ...exportTree(facts, aurHead, `${facts.folders.packageTest}/index`, source),
    commit: isRaised(facts) ? [] : [commitOnto(facts, aurHead, '<AUR head now>', message)],
    raise: isRaised(facts) ? [raised] : [],
    print: isRaised(facts) ? [printSrcinfo(workshopOf(facts, 'srcinfo'))] : [],
    commitRaised: isRaised(facts) ? Object.values(commitFiles(facts, source, '<AUR head now>', message)) : [],
    push: pushCommit(facts, '<commit that goes back>'),
    readBack: askHead(facts),
  }
}

/** Whether the epoch is raised: the step's item says so. */
function isRaised({ item }: Pick<Facts, 'item'>): boolean {
  return item === 'epoch'
}

/** The AUR has the files of before, or the commit that was about to be pushed. */
async function observe(context: Context<AurActions>): Promise<Observation> {
  const { facts, deployment, execute } = context
  const question = `Does the AUR have the files of before ${facts.release.full} again?`
  const head = await fetchedHead(context)
  if (isProblem(head)) return { seen: 'unknown', question, cause: head }
  const step = isRaised(facts) ? 'rollback.aur:epoch' : 'rollback.aur'
  const { commit } = intentOf(deployment.steps[step]) ?? {}
  if (typeof commit === 'string' && (await execute(contains(facts, head, commit))).code === 0)
    return { seen: 'done', evidence: await evidence(context, head) }
  const isThere = !isRaised(facts) && (await hasFiles(context, head))
  return isThere ? { seen: 'done', evidence: await evidence(context, head) } : { seen: 'not-done' }
}

async function run(context: Context<AurActions>): Promise<Outcome> {
  const { facts } = context
  if (facts.left.aurHead === '') return { ok: true, evidence: {}, notes: [firstNote(facts)] }
  if (facts.left.aurHead === facts.left.aurCommit)
    return { ok: true, evidence: {}, notes: ['already there: the release changed nothing on the AUR'] }
  const head = await fetchedHead(context)
  if (isProblem(head)) return withLog(context, head)
  if (!isRaised(facts) && (await hasFiles(context, head)))
    return { ok: true, evidence: await evidence(context, head), notes: ['already there: the AUR has these files'] }
  const moved = await refuseMoved(context, head)
  if (moved) return withLog(context, moved)
  const made = isRaised(facts) ? await raisedFiles(context, head) : await makeFiles(context, head)
  return isProblem(made) ? withLog(context, made) : push(context, head, made)
}

async function push(
  context: Context<AurActions>,
  head: string,
  { commit, notes }: { readonly commit: string; readonly notes: readonly string[] },
): Promise<Outcome> {
  const { facts, execute } = context
  await context.intend({ commit, onto: head })
  const pushed = await execute(pushCommit(facts, commit))
  const after = await fetchedHead(context)
  if (isProblem(after)) return withLog(context, after)
  if ((await execute(contains(facts, after, commit))).code === 0)
    return { ok: true, evidence: await evidence(context, commit), notes }
  if (pushed.code !== 0 && !wasOvertaken(pushed)) return withLog(context, aurProblem(facts, pushed, 'aur.push-failed'))
  return withLog(context, (await refuseMoved(context, after)) ?? problem('aur.not-there', { found: after }))
}

/** Somebody pushed after the question was answered: what they did was not part of it. */
async function refuseMoved({ facts, deployment, execute }: Context, head: string): Promise<Problem | undefined> {
  const approved = approvedFacts(deployment).aurHead
  if (approved === undefined || approved === head) return undefined
  const [author = 'somebody', when = '', subject = ''] = (await execute(madeBy(facts, head))).stdout.split('\t')
  const { url, package: name } = aurOf(facts)
  return problem('rollback.aur-moved', { package: name, url, author, when, subject, head: head.slice(0, 12) })
}

async function hasFiles({ facts, execute }: Context<AurActions>, head: string): Promise<boolean> {
  return (await execute(sameTree(facts, head, facts.known.aurHead))).code === 0
}

/** What users of the AUR get from here on. */
async function evidence({ facts, execute }: Context<AurActions>, commit: string): Promise<Evidence> {
  const live = readLive((await execute(fileAt(facts, commit, '.SRCINFO'))).stdout)
  return { rollbackAurCommit: commit, ...(live && { rollbackPackageVersion: live.full }) }
}

function firstNote(facts: Facts): string {
  const { package: name } = aurOf(facts)
  return `${name} was new on the AUR with this release, so there are no files to go back to; it stays as it is`
}
