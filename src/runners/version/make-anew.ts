/** Makes the release commit once more, on what somebody else pushed meanwhile. */
import { git } from '../../argv/git.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { readVersion } from '../../release/version-files.ts'
import { addedCommits } from '../added-commits.ts'
import { clearLeftOvers } from '../own-clone.ts'
import { lastLines } from '../remote-problem.ts'
import type { Context } from '../step.ts'
import { commitActions, commitVersion } from './commit.ts'
import { trackingRef } from './remote-branch.ts'
import { setVersions, versionIn } from './texts.ts'

interface MadeAnew {
  readonly commit: string
  readonly commitTime: string
  readonly notes: readonly string[]
}

/** Sets and commits the version on the fetched head, where that head still has the version that the release followed. */
export async function makeAnew(context: Context): Promise<MadeAnew | Problem> {
  const { project, known } = context.facts
  const onto = await moveTo(context, trackingRef(context.facts))
  if (isProblem(onto)) return onto
  const conflict = await overtaken(context, onto)
  if (conflict) return conflict
  const files = [project.version.source, ...project.version.sync]
  const set = await setVersions(context, files, { date: known.date, commit: onto })
  const made = isProblem(set) ? set : await commitVersion(context, commitActions(context.facts))
  if (isProblem(made)) return made
  const added = (await addedCommits(context, known.base, onto)) ?? []
  const note = `made anew on ${onto.slice(0, 12)}, which somebody pushed meanwhile:`
  return { commit: made.commit, commitTime: made.commitTime, notes: [note, ...added] }
}

/** Somebody else set another version meanwhile. */
async function overtaken(context: Context, onto: string): Promise<Problem | undefined> {
  const { folders, project, release, known } = context.facts
  const { source } = project.version
  const before = await context.execute(git(folders.clone, ['show', '--no-textconv', `${known.base}:${source.file}`]))
  const then = readVersion(source, before.stdout, release.full)
  const now = await versionIn(context, source)
  if (isProblem(now)) return now
  const isFree = now.text === release.full || (!isProblem(then) && now.text === then.text)
  if (isFree) return undefined
  const added = (await addedCommits(context, known.base, onto)) ?? []
  return problem('version.push-conflict', { file: source.file, found: now.text, version: release.full }, added)
}

/** Takes the clone to a commit, with nothing left over; its full name. */
async function moveTo(context: Context, ref: string): Promise<string | Problem> {
  const { clone } = context.facts.folders
  await clearLeftOvers(context)
  const commands = [
    git(clone, ['reset', '--quiet', '--hard', ref, '--']),
    git(clone, ['clean', '--quiet', '-ffdx']),
    git(clone, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ]
  let last = ''
  for (const command of commands) {
    const exit = await context.execute(command)
    if (exit.code !== 0) return problem('version.commit-failed', { code: exit.code ?? exit.ended }, lastLines(exit))
    last = exit.stdout.trim()
  }
  return last
}
