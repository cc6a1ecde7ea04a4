/** The release's tag: made on the release commit and pushed, once. `build.tag` and `finish.tag` are this same step. */
import { type GitCommand, git } from '../argv/git.ts'
import type { Evidence, Observation, Outcome } from '../release/deployment.ts'
import type { Facts } from '../release/facts.ts'
import { type Problem, problem } from '../release/problems.ts'
import { fillTemplate } from '../release/version.ts'
import { excerpt } from './log-excerpt.ts'
import { type Context, type Runner, step } from './step.ts'

type TagActions = { readonly [name in 'look' | 'tag' | 'push' | 'readBack']: GitCommand }
type Seen = { readonly at: string | undefined } | Problem

/** An annotated tag on the release commit. A tag of that name at another commit is a problem: a tag never moves. */
export function tagStep(): Runner {
  return step({ describe, observe, run })
}

function describe(facts: Facts): TagActions {
  const { folders, project, known } = facts
  const { url, ssh } = project.repository
  const name = tagName(facts)
  const look = git(folders.clone, ['ls-remote', '--', url, ref(facts), `${ref(facts)}^{}`], { access: ssh })
  const message = `${project.title} ${facts.release.full}\n\nSlipway-Deployment: #${facts.number}\n`
  const tag = git(folders.clone, ['tag', '--force', '--annotate', '--file=-', '--', name, known.commit], {
    input: message,
  })
  return {
    look,
    tag: { ...tag, env: { ...tag.env, GIT_COMMITTER_DATE: `${known.commitTime} +0000` } },
    push: git(folders.clone, ['push', '--porcelain', '--', url, ref(facts)], { access: ssh }),
    readBack: look,
  }
}

async function observe(context: Context<TagActions>): Promise<Observation> {
  const { facts } = context
  const seen = await look(context, context.actions.look)
  const question = `Is the tag ${tagName(facts)} on the origin?`
  if ('what' in seen) return { seen: 'unknown', question, cause: seen }
  if (seen.at === undefined) return { seen: 'not-done' }
  if (seen.at === facts.known.commit) return { seen: 'done', evidence: evidence(facts) }
  return { seen: 'unknown', question, cause: elsewhere(facts, seen.at) }
}

async function run(context: Context<TagActions>): Promise<Outcome> {
  const { facts, actions } = context
  const before = await look(context, actions.look)
  if ('what' in before) return failed(context, before)
  if (before.at === facts.known.commit) {
    return { ok: true, evidence: evidence(facts), notes: [`already there: tag ${tagName(facts)}`] }
  }
  if (before.at !== undefined) return { ok: false, problem: elsewhere(facts, before.at) }
  return push(context)
}

async function push(context: Context<TagActions>): Promise<Outcome> {
  const { facts, actions } = context
  const tagged = await context.execute(actions.tag)
  if (tagged.code !== 0) return failed(context, problem('build.tag-failed', { tag: tagName(facts) }))
  await context.intend({ tag: tagName(facts), commit: facts.known.commit })
  const pushed = await context.execute(actions.push)
  const after = await look(context, actions.readBack)
  if ('what' in after) return failed(context, after)
  if (after.at === facts.known.commit) return { ok: true, evidence: evidence(facts) }
  if (after.at !== undefined) return { ok: false, problem: elsewhere(facts, after.at) }
  const code = String(pushed.code ?? pushed.ended)
  return failed(context, problem('build.tag-not-pushed', { tag: tagName(facts), code }))
}

/** The commit the origin's tag is on; for an annotated tag the last line, `…^{}`, names it. */
async function look(context: Context<TagActions>, action: GitCommand): Promise<Seen> {
  const exit = await context.execute(action, { timeoutMs: 60_000 })
  if (exit.code !== 0) return problem('build.tag-unseen', { tag: tagName(context.facts) })
  const lines = exit.stdout.split('\n').filter((line) => line.includes('\t'))
  return { at: lines.at(-1)?.split('\t')[0] }
}

async function failed({ ports, log }: Context<TagActions>, why: Problem): Promise<Outcome> {
  return { ok: false, problem: why, log: await excerpt(ports.files, log) }
}

function elsewhere(facts: Facts, commit: string): Problem {
  return problem('build.tag-elsewhere', {
    tag: tagName(facts),
    commit: commit.slice(0, 12),
    wanted: facts.known.commit.slice(0, 12),
    url: facts.project.repository.url,
  })
}

function evidence(facts: Facts): Evidence {
  return { tag: tagName(facts) }
}

function tagName(facts: Facts): string {
  return fillTemplate(facts.project.repository.tag.name, facts.release)
}

function ref(facts: Facts): string {
  return `refs/tags/${tagName(facts)}`
}
