/** finish.documentation: changelog, version references and the product's own packaging files, in one commit of the bot's clone. */
import type { Outcome } from '../../release/deployment.ts'
import { isProblem } from '../../release/problems.ts'
import { outcomeOf } from '../outcome.ts'
import { type Context, step } from '../step.ts'
import { type DocumentActions, describeDocuments, writeDocuments } from './documents.ts'

export const documentation = step({ describe: describeDocuments, run })

async function run(context: Context<DocumentActions>): Promise<Outcome> {
  const documented = await writeDocuments(context)
  if (isProblem(documented)) return outcomeOf(context, [documented], {})
  return { ok: true, evidence: { documentationCommit: documented.commit }, notes: documented.notes }
}
