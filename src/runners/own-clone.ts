/** The bot's own clone of the project: nothing else works in it, and nobody's work lies there. */
import { join } from 'node:path'
import type { Context } from './step.ts'

/** Removes what a git that was killed leaves behind: locks and half merges. */
export async function clearLeftOvers({ facts, ports }: Pick<Context, 'facts' | 'ports'>): Promise<void> {
  const { branch } = facts.project.repository
  const refs = [`refs/heads/${branch}.lock`, `refs/remotes/origin/${branch}.lock`]
  for (const name of [...LEFT_OVER, ...refs]) await ports.files.remove(join(facts.folders.clone, '.git', name))
}

const LEFT_OVER = [
  ...['index.lock', 'HEAD.lock', 'config.lock', 'packed-refs.lock', 'shallow.lock'],
  ...['rebase-merge', 'rebase-apply', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'sequencer'],
]
