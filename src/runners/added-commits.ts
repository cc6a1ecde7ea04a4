/** Which commits people added between two, for the lines of a card. */
import { git } from '../argv/git.ts'
import { cutLine } from '../release/text.ts'
import type { Context } from './step.ts'

const SHOWN = 20
const WIDEST = 200

/** One line a commit, newest first: hash, subject, author. Undefined where `to` does not contain `from`. */
export async function addedCommits(
  { facts, execute }: Pick<Context, 'facts' | 'execute'>,
  from: string,
  to: string,
): Promise<readonly string[] | undefined> {
  const { clone } = facts.folders
  const contained = await execute(git(clone, ['merge-base', '--is-ancestor', from, to]))
  if (contained.code !== 0) return undefined
  const format = `--format=%h %s (%an)`
  const log = await execute(git(clone, ['log', `--max-count=${SHOWN + 1}`, format, `${from}..${to}`, '--']))
  const lines = log.stdout.split('\n').flatMap((line) => (line === '' ? [] : [cutLine(line, WIDEST)]))
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), 'and earlier ones'] : lines
}
