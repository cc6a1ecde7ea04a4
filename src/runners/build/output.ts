/** Looking at what a build left, without trusting where it points. */
import type { Entry, Files } from '../../ports/files.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { cloneOf, outputOf, targetOf } from '../artifacts.ts'
import { namesBelow } from '../names-below.ts'

/** Names below a target's output, sorted, links among them. Empty, missing, or reached through a link is a problem. */
export async function outputNames(facts: Facts, files: Files, target: string): Promise<readonly string[] | Problem> {
  const { output } = targetOf(facts, target)
  const way = await lookAlong(files, cloneOf(facts, target), output)
  if (way.at === 'link') return problem('build.output-link', { target, path: way.path })
  const found = way.at === 'folder' ? await namesBelow(files, outputOf(facts, target)) : []
  return found.length === 0 ? problem('build.no-output', { target, output }) : found.map(({ name }) => name)
}

/** A build can put a link where its output should be, to a folder that it could not read itself. */
async function lookAlong(
  files: Files,
  clone: string,
  output: string,
): Promise<{ at: Entry['kind'] | 'nothing'; path: string }> {
  let path = clone
  for (const part of output.split('/').filter((name) => name !== '' && name !== '.')) {
    const entry = (await files.list(path)).find(({ name }) => name === part)
    path = `${path}/${part}`
    if (entry?.kind !== 'folder') return { at: entry?.kind ?? 'nothing', path }
  }
  return { at: 'folder', path }
}
