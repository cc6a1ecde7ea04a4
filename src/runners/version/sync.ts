/** version.sync: every other file that names the version names the release's. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import type { VersionFile } from '../../release/project.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { setVersions, trackedFiles } from './texts.ts'

type Actions = ReturnType<typeof describe>

export const sync = step({ describe, run })

function describe(facts: Facts) {
  const files = facts.project.version.sync
  return {
    tracked: files.length === 0 ? [] : [trackedFiles(facts, files)],
    edits: files.map((file) => edit(facts, file)),
  }
}

/** The commit a file names can only be the one that the release commit is made on. */
function edit({ release, known }: Facts, file: VersionFile): Action {
  const templates = file.kind === 'json' ? Object.values(file.set) : []
  const names = (name: string) => templates.some((template) => template.includes(`{${name}}`))
  const date = names('date') ? [`date ${known.date}`] : []
  const commit = names('commit') ? [`commit ${known.base}, which the release commit is made on`] : []
  return { do: 'edit', file: file.file, what: [`version ${release.full}`, ...date, ...commit].join(', ') }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { project, known } = context.facts
  const files = project.version.sync
  if (files.length === 0) return { ok: true, evidence: { synced: [] }, notes: ['no other file names the version'] }
  const changed = await setVersions(context, files, { date: known.date, commit: known.base })
  if (isProblem(changed)) return outcomeOf(context, [changed], {})
  return { ok: true, evidence: { synced: changed } }
}
