/** version.search: which tracked files still name the version before. */
import { join } from 'node:path'
import { type GitCommand, git } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Hit, searchOldVersion } from '../../release/old-versions.ts'
import { problem } from '../../release/problems.ts'
import type { Release } from '../../release/version.ts'
import { outcomeOf } from '../outcome.ts'
import { lastLines } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const search = step({ describe, run })

const SHOWN = 20
/** As many bytes of file names as git may print; a repository with more hits than that has other worries. */
const KEPT_BYTES = 4 * 1024 ** 2

/** git finds the files that hold the text anywhere; binary ones are passed over. */
function describe({ folders, previous, release }: Facts) {
  const find: GitCommand[] =
    previous === undefined || previous.full === release.full
      ? []
      : [git(folders.clone, ['grep', '-l', '-z', '-I', '--fixed-strings', '-e', textOf(previous, release), '--'])]
  return { find }
}

function textOf(old: Release, next: Release): string {
  return old.version === next.version ? old.full : old.version
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { previous, project } = context.facts
  const [action] = context.actions.find
  if (previous === undefined || action === undefined) {
    return {
      ok: true,
      evidence: { oldVersionHits: 0 },
      notes: ['a first release: there is no old version to search for'],
    }
  }
  const exit = await context.execute(action, { keepBytes: KEPT_BYTES })
  if (exit.code !== 0 && exit.code !== 1) {
    const values = { version: previous.full, code: exit.code ?? exit.ended }
    return outcomeOf(context, [problem('version.search-failed', values, lastLines(exit))], {})
  }
  const hits = await hitsIn(
    context,
    exit.stdout.split('\0').filter((name) => name !== ''),
    previous,
  )
  const lines = shown(hits)
  const values = { count: hits.length, version: previous.full }
  if (hits.length > 0 && project.version.strict)
    return outcomeOf(context, [problem('version.old-left', values, lines)], {})
  const cut = exit.truncated ? ['there are more files than were searched'] : []
  const notes = hits.length === 0 ? cut : [`still named ${previous.full}:`, ...lines, ...cut]
  return { ok: true, evidence: { oldVersionHits: hits.length }, notes }
}

/** Each file is read by itself, so that memory stays flat. */
async function hitsIn(
  { facts, ports }: Context<Actions>,
  paths: readonly string[],
  old: Release,
): Promise<readonly Hit[]> {
  const { version } = facts.project
  const hits: Hit[] = []
  for (const path of paths) {
    const text = await ports.files.read(join(facts.folders.clone, path))
    if (text !== undefined)
      hits.push(...searchOldVersion([{ path, text }], { old, next: facts.release }, version.allow))
  }
  return hits
}

function shown(hits: readonly Hit[]): readonly string[] {
  const lines = hits.slice(0, SHOWN).map(({ path, line, text }) => `${path}:${line}: ${text}`)
  return hits.length > SHOWN ? [...lines, `and ${hits.length - SHOWN} more`] : lines
}
