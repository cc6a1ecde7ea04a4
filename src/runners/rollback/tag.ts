/** rollback.tag: the release's tag leaves the origin, where it is on the release commit. A tag of somebody else stays. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { fillTemplate } from '../../release/version.ts'
import { withLog } from '../build/commands.ts'
import { remoteProblem } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { describeNamed, namedOnAur } from './named-on-aur.ts'

type Actions = ReturnType<typeof describe>

export const tag = step({ describe, observe, run })

/** A tag of the origin: the object that its name is on, and the commit behind it. */
interface Tagged {
  readonly object: string
  readonly commit: string
}

function describe(facts: Facts) {
  const { folders, project } = facts
  const { url, ssh } = project.repository
  const look = git(folders.clone, ['ls-remote', '--', url, ref(facts), `${ref(facts)}^{}`], { access: ssh })
  return {
    look,
    named: isPackage(facts) ? describeNamed(facts) : [],
    remove: removeOf(facts, '<tag object>'),
    readBack: look,
    forget: git(folders.clone, ['update-ref', '-d', ref(facts)]),
  }
}

/** Deletes the tag as long as it is the one that was looked at. */
function removeOf(facts: Facts, object: string): GitCommand {
  const { url, ssh } = facts.project.repository
  const lease = `--force-with-lease=${ref(facts)}:${object}`
  return git(facts.folders.clone, ['push', '--porcelain', lease, '--', url, `:${ref(facts)}`], { access: ssh })
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const seen = await look(context, context.actions.look)
  const question = `Is the tag ${tagName(context.facts)} still on the origin?`
  if (isProblem(seen)) return { seen: 'unknown', question, cause: seen }
  return isOurs(context.facts, seen) ? { seen: 'not-done' } : { seen: 'done', evidence: evidence(context.facts) }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, actions } = context
  const before = await look(context, actions.look)
  if (isProblem(before)) return withLog(context, before)
  if (!isOurs(facts, before)) return { ok: true, evidence: evidence(facts), notes: [leftAlone(facts, before)] }
  const named = isPackage(facts) ? await namedOnAur(context) : undefined
  if (named) return withLog(context, named)
  await context.intend({ tag: tagName(facts), object: before.object })
  const removed = await context.execute(removeOf(facts, before.object))
  const after = await look(context, actions.readBack)
  if (isProblem(after)) return withLog(context, after)
  if (isOurs(facts, after)) {
    const values = { tag: tagName(facts), url: facts.project.repository.url, code: removed.code ?? removed.ended }
    return withLog(context, problem('rollback.tag-not-removed', values))
  }
  await context.execute(actions.forget)
  return { ok: true, evidence: evidence(facts) }
}

/** The tag as the origin has it; undefined where there is none. For an annotated tag the line `…^{}` names the commit. */
async function look(context: Context<Actions>, action: GitCommand): Promise<Tagged | undefined | Problem> {
  const exit = await context.execute(action, { timeoutMs: 60_000 })
  const { url, ssh } = context.facts.project.repository
  if (exit.code !== 0) return remoteProblem({ name: 'the origin', url, ssh }, exit)
  const lines = exit.stdout.split('\n').filter((line) => line.includes('\t'))
  const [object] = lines[0]?.split('\t') ?? []
  return object === undefined ? undefined : { object, commit: lines.at(-1)?.split('\t')[0] ?? object }
}

/** A forge makes the package of the tag, so that it is the tag that leaves the public address. */
function isPackage({ project }: Facts): boolean {
  return project.build.publish?.kind === 'tag'
}

function isOurs({ known }: Facts, seen: Tagged | undefined): seen is Tagged {
  return seen?.commit === known.commit
}

function leftAlone(facts: Facts, seen: Tagged | undefined): string {
  const name = tagName(facts)
  return seen ? `the tag ${name} is on ${seen.commit.slice(0, 12)}, not ours: left alone` : `already gone: tag ${name}`
}

function evidence(facts: Facts) {
  return { removedTag: tagName(facts) }
}

function tagName({ project, release }: Facts): string {
  return fillTemplate(project.repository.tag.name, release)
}

function ref(facts: Facts): string {
  return `refs/tags/${tagName(facts)}`
}
