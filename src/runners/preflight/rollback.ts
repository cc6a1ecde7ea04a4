/** preflight.rollback: what going back would take, said before anything is done. Never a failure. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Deployment, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Context, step } from '../step.ts'
import { pathsToKeep } from '../vps/staging.ts'

type Actions = ReturnType<typeof describe>

export const rollback = step({ describe, run })

const SHOWN = 20

function describe({ folders, project, previousCommit, known }: Facts) {
  const globs = (project.vps?.irreversible ?? []).map((pattern) => `:(glob)${pattern}`)
  const compare = previousCommit !== undefined && globs.length > 0
  const names = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--end-of-options']
  const irreversible: GitCommand[] = compare
    ? [git(folders.clone, [...names, previousCommit, known.base, '--', ...globs])]
    : []
  return { irreversible }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, deployment } = context
  if (facts.previous === undefined) {
    return { ok: true, evidence: { rollback: 'none' }, notes: ['a first release: there is nothing to go back to'] }
  }
  const kept = pathsToKeep(facts.project).length > 0
  const changed = await irreversible(context)
  return {
    ok: true,
    evidence: { rollback: kept ? 'kept' : 'rebuild', irreversible: changed ?? [] },
    notes: [...serverNote(deployment, kept), ...aurNote(facts), ...irreversibleNote(facts, changed)],
  }
}

/** Files since the last release that a rollback does not take back; undefined where they cannot be told. */
async function irreversible(context: Context<Actions>): Promise<readonly string[] | undefined> {
  const { vps } = context.facts.project
  if ((vps?.irreversible ?? []).length === 0) return []
  const [action] = context.actions.irreversible
  const exit = action && (await context.execute(action))
  return exit?.code === 0 && !exit.truncated ? exit.stdout.split('\0').filter((name) => name !== '') : undefined
}

function serverNote({ project, previous, plan }: Deployment, kept: boolean): readonly string[] {
  if (project.vps === undefined) return []
  const to = previous?.release.full ?? 'what serves now'
  if (kept) return [`server: a rollback puts ${to} back as it was kept, about 2 min`]
  const minutes = plan.reduce(
    (sum, { name, minutes }) => sum + (name === 'vps.deploy' || name === 'vps.status' ? minutes : 0),
    0,
  )
  return [
    `server: nothing is kept (vps.keep), so a rollback builds ${to} again, about ${minutes} min, the site may be down meanwhile`,
  ]
}

function aurNote({ project, previous }: Facts): readonly string[] {
  if (project.aur === undefined || previous === undefined) return []
  return [
    `AUR: a rollback is a new commit with the files of ${previous.version}; installs of the new version go back only with a raised epoch, which can be chosen then`,
  ]
}

function irreversibleNote({ previous }: Facts, changed: readonly string[] | undefined): readonly string[] {
  if (changed === undefined) return ['which irreversible files changed since the last release could not be told']
  if (changed.length === 0) return []
  const more = changed.length > SHOWN ? [`and ${changed.length - SHOWN} more`] : []
  return [
    `not taken back by a rollback, changed since ${previous?.full}: ${[...changed.slice(0, SHOWN), ...more].join(', ')}`,
  ]
}
