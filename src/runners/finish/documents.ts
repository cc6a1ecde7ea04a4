/**
 * The documentation of a release as one commit on the head of the branch, whoever pushed there meanwhile. `finish.documentation`
 * makes it, and `finish.push` makes it again on a newer head when the push lost a race.
 */
import { basename, join } from 'node:path'
import { type GitCommand, git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { isWhole } from '../../release/text.ts'
import { sourceOf } from '../aur/source.ts'
import { clearLeftOvers } from '../own-clone.ts'
import { lastLines, remoteProblem } from '../remote-problem.ts'
import type { Action, Context } from '../step.ts'
import { fetchOf, trackingRef } from '../version/remote-branch.ts'
import { addToChangelog, isChangelog, releaseLog } from './changelog-file.ts'
import { renameVersion } from './references.ts'

type Edit = Action & { readonly do: 'edit' }
type DocumentsContext = Context<DocumentActions>

export type DocumentActions = ReturnType<typeof describeDocuments>

/** The commit, which is the head itself where nothing was to be changed, and what was left alone. */
export interface Documented {
  readonly commit: string
  readonly notes: readonly string[]
}

interface Edited {
  readonly written: readonly string[]
  readonly notes: readonly string[]
}

export function describeDocuments(facts: Facts) {
  const { folders, project, known, previousCommit } = facts
  const { clone } = folders
  const since = previousCommit === undefined ? known.commit : `${previousCommit}..${known.commit}`
  return {
    fetch: fetchOf(facts),
    ...describeHead(facts),
    commits: releaseLog(clone, since),
    tracked: git(clone, ['ls-files', '--stage', '-z', '--', ...project.documentation, ...packagingFiles(facts)]),
    documents: project.documentation.map((file): Edit => ({ do: 'edit', file, what: whatFor(file, facts) })),
    unchanged: packagingFiles(facts).map((file) => git(clone, ['diff', '--quiet', known.commit, 'HEAD', '--', file])),
    packaging: packagingFiles(facts).map(
      (file): Edit => ({ do: 'edit', file, what: 'as it was submitted to the AUR' }),
    ),
    ...describeStage(facts, [...project.documentation, ...packagingFiles(facts)]),
    staged: git(clone, ['diff', '--cached', '--quiet']),
    commit: git(clone, ['commit', '--quiet', '--no-verify', '--no-gpg-sign', '--file=-'], { input: message(facts) }),
    head: git(clone, ['rev-parse', '--verify', 'HEAD^{commit}']),
  }
}

/** Makes the commit in the bot's own clone, on the branch as it is now. */
export async function writeDocuments(context: DocumentsContext): Promise<Documented | Problem> {
  const { facts, actions } = context
  await clearLeftOvers(context)
  const fetched = await context.execute(actions.fetch)
  if (fetched.code !== 0) return remoteProblem({ name: 'the origin', ...facts.project.repository }, fetched)
  const started = await inOrder(context, [actions.start, actions.clean])
  if (started) return started
  const documents = await editDocuments(context)
  if (isProblem(documents)) return documents
  const packaging = await copyPackaging(context)
  if (isProblem(packaging)) return packaging
  const commit = await commitWritten(context, [...documents.written, ...packaging.written])
  return isProblem(commit) ? commit : { commit, notes: [...documents.notes, ...packaging.notes] }
}

/** What was written and nothing else, less what git ignores: without normalized line ends other files differ from the start. */
async function commitWritten(context: DocumentsContext, written: readonly string[]): Promise<string | Problem> {
  const { facts, actions } = context
  const answer = written.length === 0 ? '' : await answerOf(context, describeStage(facts, written).listed)
  if (isProblem(answer)) return answer
  const listed = new Set(answer.split('\0'))
  const files = written.filter((file) => listed.has(file))
  const added = files.length === 0 ? undefined : await inOrder(context, [describeStage(facts, files).add])
  if (added) return added
  const changes = await differs(context, actions.staged)
  if (isProblem(changes)) return changes
  const committed = changes ? await inOrder(context, [actions.commit]) : undefined
  return committed ?? answerOf(context, actions.head)
}

/** The branch's head as it was just fetched, with nothing of an earlier attempt. */
function describeHead(facts: Facts) {
  const { clone } = facts.folders
  return {
    start: git(clone, ['checkout', '--quiet', '--force', '--detach', trackingRef(facts), '--']),
    clean: git(clone, ['clean', '--quiet', '-ffdx']),
  }
}

function describeStage({ folders: { clone } }: Facts, files: readonly string[]) {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  return {
    listed: git(clone, ['--literal-pathspecs', ...list, '--', ...files]),
    add: git(clone, ['--literal-pathspecs', 'add', '--', ...files]),
  }
}

/** PKGBUILD and .SRCINFO in the product's own repository. */
function packagingFiles({ project }: Facts): readonly string[] {
  const { aur } = project
  return aur === undefined ? [] : ['PKGBUILD', '.SRCINFO'].map((name) => join(aur.directory, name))
}

function whatFor(file: string, { previous, release }: Facts): string {
  if (isChangelog(file)) return `an entry for ${release.full}`
  return previous === undefined ? 'as it is' : `${previous.full} becomes ${release.full}`
}

function message({ release, number }: Facts): string {
  return `Document ${release.full}\n\nSlipway-Deployment: #${number}\n`
}

/** Files that git tracks as files: a link could lead out of the clone. A changelog that is not there is begun. */
async function editDocuments(context: DocumentsContext): Promise<Edited | Problem> {
  const { facts, actions, ports } = context
  const modes = await trackedModes(context)
  if (isProblem(modes)) return modes
  const commits = await answerOf(context, actions.commits)
  if (isProblem(commits)) return commits
  const written: string[] = []
  const notes: string[] = []
  for (const { file } of actions.documents) {
    const path = join(facts.folders.clone, file)
    const isNew = !modes.has(file) && isChangelog(file) && !(await ports.files.exists(path))
    const text = isNew ? '' : modes.get(file)?.startsWith('100') ? await ports.files.read(path) : undefined
    if (text === undefined) notes.push(`${file} is not a file of the repository and was left alone`)
    else if (!isWhole(text)) notes.push(`${file} is not UTF-8 text and was left alone`)
    else if (await write(context, file, text, modes.get(file), edited(facts, file, text, commits))) written.push(file)
  }
  return { written, notes }
}

function edited(facts: Facts, file: string, text: string, commits: string): string {
  if (isChangelog(file)) return addToChangelog(text, facts, commits)
  return facts.previous === undefined ? text : renameVersion(text, facts.previous, facts.release)
}

/** The product's own copies become what was submitted, unless somebody changed them on the branch since the release commit. */
async function copyPackaging(context: DocumentsContext): Promise<Edited | Problem> {
  const { facts, actions, ports } = context
  const written: string[] = []
  const notes: string[] = []
  for (const [index, { file }] of actions.packaging.entries()) {
    const unchanged = actions.unchanged[index]
    const isTheirs = unchanged === undefined || (await differs(context, unchanged))
    if (isProblem(isTheirs)) return isTheirs
    const submitted = await ports.files.read(join(sourceOf(facts), basename(file)))
    if (submitted === undefined) return problem('finish.submitted-missing', { file, folder: sourceOf(facts) })
    if (isTheirs) {
      notes.push(`${file} was changed on ${facts.project.repository.branch} since the release and was left alone`)
      continue
    }
    await ports.files.write(join(facts.folders.clone, file), submitted, 0o644)
    written.push(file)
  }
  return { written, notes }
}

/** Whether there was anything to write. */
async function write(
  { facts, ports }: DocumentsContext,
  file: string,
  before: string,
  mode: string | undefined,
  after: string,
): Promise<boolean> {
  if (after === before) return false
  await ports.files.write(join(facts.folders.clone, file), after, mode === '100755' ? 0o755 : 0o644)
  return true
}

/** Modes by path as git has them: 100644 and 100755 are files, 120000 is a link. */
async function trackedModes(context: DocumentsContext): Promise<ReadonlyMap<string, string> | Problem> {
  if (context.actions.documents.length === 0) return new Map()
  const answer = await answerOf(context, context.actions.tracked)
  if (isProblem(answer)) return answer
  const entries = answer.split('\0').filter((entry) => entry !== '')
  return new Map(entries.map((entry) => [entry.slice(entry.indexOf('\t') + 1), entry.slice(0, 6)]))
}

async function inOrder(context: Context, commands: readonly GitCommand[]): Promise<Problem | undefined> {
  for (const command of commands) {
    const answer = await answerOf(context, command)
    if (isProblem(answer)) return answer
  }
  return undefined
}

/** What git printed, or the problem that it failed. */
async function answerOf(context: Context, command: GitCommand): Promise<string | Problem> {
  const exit = await context.execute(command)
  return exit.code === 0 && !exit.truncated ? exit.stdout.replace(/\n$/, '') : gitFailed(command, exit)
}

/** What a quiet diff says: 1 is yes, and only 0 is no (git-diff(1), --exit-code). */
async function differs(context: Context, command: GitCommand): Promise<boolean | Problem> {
  const exit = await context.execute(command)
  return exit.code === 0 || exit.code === 1 ? exit.code === 1 : gitFailed(command, exit)
}

function gitFailed(command: GitCommand, exit: Exit): Problem {
  const verb = command.argv.find((word) => VERBS.has(word)) ?? ''
  const code = exit.truncated ? 'none: its answer was too long' : String(exit.code ?? exit.ended)
  return problem('finish.git-failed', { command: `git ${verb}`, code }, lastLines(exit))
}

const VERBS = new Set(['checkout', 'clean', 'log', 'ls-files', 'diff', 'add', 'commit', 'rev-parse'])
