/** version.set: the one file that decides which version the product has gets the release's. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { setVersions, trackedFiles } from './texts.ts'

type Actions = ReturnType<typeof describe>

export const set = step({ describe, run })

function describe(facts: Facts) {
  const { source } = facts.project.version
  const edit: Action = { do: 'edit', file: source.file, what: `version ${facts.release.full}` }
  return { tracked: trackedFiles(facts, [source]), edit }
}

/** Leaves the date of the build, which later files carry; a repeat keeps it. */
async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports, deployment } = context
  const { source } = facts.project.version
  const kept = deployment.steps['version.set']?.evidence.date
  const date = typeof kept === 'string' ? kept : isoSeconds(ports.clock.now())
  const changed = await setVersions(context, [source], { date, commit: facts.known.base })
  if (isProblem(changed)) return outcomeOf(context, [changed], {})
  const notes = changed.length > 0 ? [] : [`${source.file} says ${facts.release.full} already`]
  return { ok: true, evidence: { version: facts.release.full, date }, notes }
}

function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
