/** preflight.origin: the bot's own clone is brought to the head of the release branch, with nothing left over in it. */
import { git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import { changeLines } from '../../release/changelog.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type GitAnswer, readGitAnswer } from '../../release/git-answers.ts'
import { stands } from '../../release/machine/states.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { addedCommits } from '../added-commits.ts'
import { readCommits, releaseLog } from '../finish/changelog-file.ts'
import { outcomeOf } from '../outcome.ts'
import { clearLeftOvers } from '../own-clone.ts'
import { lastLines, remoteProblem } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const origin = step({ describe, run })

function describe({ folders: { clone }, project: { repository }, previousCommit }: Facts) {
  const { url, branch, ssh } = repository
  const head = `refs/remotes/origin/${branch}`
  const wanted = [`+refs/heads/${branch}:${head}`, '+refs/tags/*:refs/tags/*']
  return {
    look: git('/', ['ls-remote', '--heads', '--', url], { access: ssh }),
    make: git(clone, ['init', '--quiet', '--template=', `--initial-branch=${branch}`]),
    fetch: git(clone, ['fetch', '--quiet', '--no-tags', '--prune', '--', url, ...wanted], { access: ssh }),
    point: git(clone, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]),
    /** Before anything asks for HEAD: while it names a branch that is not there, a tag called HEAD is taken for it. */
    branch: git(clone, ['update-ref', `refs/heads/${branch}`, head]),
    reset: git(clone, ['reset', '--quiet', '--hard', head, '--']),
    clean: git(clone, ['clean', '--quiet', '-ffdx']),
    head: git(clone, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    changes: previousCommit === undefined ? [] : [releaseLog(clone, `${previousCommit}..HEAD`)],
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const remote = await remoteHead(context)
  if (isProblem(remote)) return outcomeOf(context, [remote], {})
  if (context.deployment.frozen) return onlyLooked(context, remote)
  const first = await refresh(context)
  if (typeof first === 'string') return taken(context, first, [])
  if (!isBroken(first)) return outcomeOf(context, [notRefreshed(context, first)], {})
  await context.note('the clone is broken: it is made again from nothing')
  await context.ports.files.remove(context.facts.folders.clone)
  const second = await refresh(context)
  if (typeof second !== 'string') return outcomeOf(context, [notRefreshed(context, second)], {})
  return taken(context, second, [`the clone was broken and was made again: ${lastLines(first.exit).at(-1)}`])
}

interface Failure {
  readonly command: string
  readonly exit: Exit
}

/** The commit the branch is on at the origin. */
async function remoteHead(context: Context<Actions>): Promise<string | Problem> {
  const { url, branch, ssh } = context.facts.project.repository
  const exit = await context.execute(context.actions.look, { timeoutMs: 60_000 })
  if (exit.code !== 0) return remoteProblem({ name: 'the origin', url, ssh }, exit)
  const heads = exit.stdout.split('\n').map((line) => line.split('\t'))
  const head = heads.find(([, ref]) => ref === `refs/heads/${branch}`)?.[0]
  const names = heads.flatMap(([, ref]) => ref?.replace('refs/heads/', '') ?? [])
  return head ?? problem('preflight.branch-missing', { branch, url }, names.slice(0, 20))
}

/** Fetches, and resets everything to what was fetched: the commit the clone is on now, or what went wrong. */
async function refresh(context: Context<Actions>): Promise<string | Failure> {
  const { facts, actions, ports } = context
  await ports.files.folder(facts.folders.clone)
  await clearLeftOvers(context)
  for (const name of ['make', 'fetch', 'point', 'branch', 'reset', 'clean'] as const) {
    const exit = await context.execute(actions[name])
    if (exit.code !== 0) return { command: `git ${name}`, exit }
  }
  const head = await context.execute(actions.head)
  return head.code === 0 ? head.stdout.trim() : { command: 'git rev-parse', exit: head }
}

/** Whether the clone itself is at fault. An origin that stops answering or a full time is no reason to throw it away. */
function isBroken({ command, exit }: Failure): boolean {
  return exit.ended === 'itself' && (command !== 'git fetch' || OWN_FAULTS.includes(readGitAnswer(exit.stderr)))
}

/** A fetch moves nothing at the origin: a ref that could not be written, since one of its name or its lock is in the way, is here. */
const OWN_FAULTS: readonly GitAnswer[] = ['moved', 'other']

/**
 * Where the release starts from. When the branch is on the commit that this deployment made, that is still what it was made
 * on; when people have pushed since, it is their head, and what they added is told. Where they took the commit off again,
 * `withdrawn` has it made anew.
 */
async function taken(context: Context<Actions>, head: string, notes: readonly string[]): Promise<Outcome> {
  const { deployment } = context
  const before = deployment.steps['preflight.origin']?.evidence.base
  const base = head === deployment.commit && typeof before === 'string' ? before : head
  const added = await addedSince(context, head, before)
  const changes = await changesIn(context)
  const isWithdrawn = head === before && head !== deployment.commit && stands(deployment.steps['version.push'])
  const evidence = { base, head, ...(changes.length > 0 && { changes }), ...(isWithdrawn && { withdrawn: true }) }
  const taken = isWithdrawn ? ['the release commit was taken off the branch: it is made again'] : []
  return { ok: true, evidence, notes: [...notes, ...added, ...taken] }
}

/** What the first card shows of the commits since the last release; nothing where that one is not known. */
async function changesIn({ actions, execute }: Context<Actions>): Promise<readonly string[]> {
  const [log] = actions.changes
  const exit = log && (await execute(log))
  return exit?.code === 0 && !exit.truncated ? changeLines(readCommits(exit.stdout), CHANGES) : []
}

const CHANGES = 12

async function addedSince(context: Context<Actions>, head: string, before: unknown): Promise<readonly string[]> {
  const { commit } = context.deployment
  if (typeof before !== 'string' || head === commit || head === before) return []
  const sinceCommit = commit === undefined ? undefined : await addedCommits(context, commit, head)
  if (sinceCommit) return [`${head.slice(0, 12)} is taken as the release commit`, ...sinceCommit.map(asAdded)]
  const sinceBase = (await addedCommits(context, before, head))?.map(asAdded) ?? ['its history was rewritten']
  return [`the branch moved on to ${head.slice(0, 12)}, which the release now starts from`, ...sinceBase]
}

function asAdded(commit: string): string {
  return `added since: ${commit}`
}

/** After the submit the commit is frozen: the origin is only asked whether it answers. */
function onlyLooked({ facts, deployment }: Context<Actions>, head: string): Outcome {
  const before = deployment.steps['preflight.origin']?.evidence.base
  const base = typeof before === 'string' ? before : head
  const notes = head === deployment.commit ? [] : [`origin has ${head.slice(0, 12)}; the release commit stays`]
  return { ok: true, evidence: { base, head }, notes: [...notes, `${facts.folders.clone} was left as it is`] }
}

function notRefreshed({ facts }: Context<Actions>, { command, exit }: Failure): Problem {
  const { branch, url, ssh } = facts.project.repository
  if (command === 'git fetch') return remoteProblem({ name: 'the origin', url, ssh }, exit)
  const values = { branch, command, code: exit.code ?? exit.ended, folder: facts.folders.clone }
  return problem('preflight.clone-failed', values, lastLines(exit))
}
