/** rollback.incident: the record of what happened is written beside the journal and, where configured, committed to the product. */

import { join } from 'node:path'
import { type GitCommand, git } from '../../argv/git.ts'
import type { Deployment, Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { incidentText } from '../../release/incident.ts'
import { intentOf } from '../../release/machine/states.ts'
import { rowsSeen, type SeenRow } from '../../release/matrix/seen.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { lastLines } from '../remote-problem.ts'
import { type Action, type Context, step } from '../step.ts'
import { branchHolds, fetchBranch, fetchOf, fetchProblem, pushOf, trackingRef } from '../version/remote-branch.ts'

type Actions = ReturnType<typeof describe>

const TRIES = 3

export const incident = step({ describe, observe, run })

function describe(facts: Facts) {
  const kept: Action = { do: 'own', what: `write ${fileOf(facts)}` }
  return { write: kept, commit: facts.project.incidents.commit ? describeCommit(facts) : [] }
}

/** Made in the object store alone, so that no link in the repository leads anywhere. */
function describeCommit(facts: Facts): readonly GitCommand[] {
  const { clone } = facts.folders
  return [
    fetchOf(facts),
    git(clone, ['hash-object', '-w', '--stdin']),
    git(clone, ['read-tree', trackingRef(facts)]),
    git(clone, ['update-index', '--add', '--cacheinfo', `100644,<blob>,${nameOf(facts)}`]),
    git(clone, ['write-tree']),
    git(clone, ['commit-tree', '-p', trackingRef(facts), '<tree>'], { input: message(facts) }),
    pushOf(facts, '<incident commit>'),
  ]
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts, deployment } = context
  const commit = intentOf(deployment.steps['rollback.incident'])?.commit
  if (typeof commit !== 'string') return { seen: 'not-done' }
  const question = `Does ${facts.project.repository.branch} of the origin hold the incident, commit ${commit}?`
  const unseen = await fetchProblem(context)
  if (unseen) return { seen: 'unknown', question, cause: unseen }
  const held = await branchHolds(context, commit)
  return held ? { seen: 'done', evidence: evidence(facts, commit) } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, deployment, ports } = context
  const text = incidentText(deployment, { now: ports.clock.now(), components: componentsOf(deployment) })
  await ports.files.write(fileOf(facts), text)
  if (!facts.project.incidents.commit) return { ok: true, evidence: evidence(facts) }
  const commit = await commitIncident(context, text)
  return isProblem(commit)
    ? { ok: true, evidence: evidence(facts), notes: [`it could not be committed to the product: ${commit.what}`] }
    : { ok: true, evidence: evidence(facts, commit) }
}

async function commitIncident(context: Context<Actions>, text: string): Promise<string | Problem> {
  const { facts, execute } = context
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const unseen = await fetchProblem(context)
    if (unseen) return unseen
    const commit = await commitOnHead(context, text)
    if (isProblem(commit)) return commit
    await context.intend({ commit })
    await execute(pushOf(facts, commit))
    if ((await fetchBranch(context)).code === 0 && (await branchHolds(context, commit))) return commit
  }
  const { branch } = facts.project.repository
  return problem('finish.push-races', { branch, tries: TRIES })
}

async function commitOnHead(context: Context<Actions>, text: string): Promise<string | Problem> {
  const { facts } = context
  const { clone } = facts.folders
  const blob = await said(context, git(clone, ['hash-object', '-w', '--stdin'], { input: text }))
  if (isProblem(blob)) return blob
  const read = await said(context, git(clone, ['read-tree', trackingRef(facts)]))
  if (isProblem(read)) return read
  const entry = `100644,${blob},${nameOf(facts)}`
  const added = await said(context, git(clone, ['update-index', '--add', '--cacheinfo', entry]))
  if (isProblem(added)) return added
  const tree = await said(context, git(clone, ['write-tree']))
  if (isProblem(tree)) return tree
  return said(context, git(clone, ['commit-tree', '-p', trackingRef(facts), tree], { input: message(facts) }))
}

async function said({ execute }: Context<Actions>, command: GitCommand): Promise<string | Problem> {
  const exit = await execute(command)
  if (exit.code === 0) return exit.stdout.trim()
  return problem(
    'finish.git-failed',
    { command: command.argv.slice(3).join(' '), code: exit.code ?? exit.ended },
    lastLines(exit),
  )
}

/** The rows of the last look from outside, or what that look failed with. */
function componentsOf({ steps }: Deployment): readonly string[] {
  const looked = steps['rollback.verify'] ?? steps['verify.matrix']
  const rows = rowsSeen(looked?.evidence.matrix)
  if (rows.length > 0) return rows.map(spoken)
  const { problem: failure } = looked ?? {}
  return failure === undefined ? [] : [failure.what, ...failure.details]
}

function spoken({ component, check, verdict, found }: SeenRow): string {
  return `${component}, ${check}: ${verdict}, found ${found}`
}

function evidence(facts: Facts, commit?: string) {
  return { incidentFile: fileOf(facts), ...(commit !== undefined && { incidentCommit: commit }) }
}

function fileOf({ folders, number }: Facts): string {
  return join(folders.incidents, `${number}.md`)
}

function nameOf({ project, number, release }: Facts): string {
  return join(project.incidents.directory, `${number}-${release.full}.md`)
}

function message({ number, release }: Facts): string {
  return `Document the incident of ${release.full}\n\nSlipway-Deployment: #${number}\n`
}
