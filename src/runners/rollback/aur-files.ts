/** The commits that take an AUR package back: the files of before as they were, or the same with a raised epoch. */
import { aurOf, commitFiles, commitOnto, exportTree, fileAt } from '../../argv/aur.ts'
import { printSrcinfo } from '../../argv/makepkg.ts'
import type { Facts } from '../../release/facts.ts'
import { epochOf, setEpoch } from '../../release/pkgbuild/epoch.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { brokenRules } from '../aur/check-files.ts'
import { readLive } from '../aur/live.ts'
import { openWorkshop, sourceOf, workshopOf } from '../aur/source.ts'
import { endOf, runAll } from '../build/commands.ts'
import { namesBelow } from '../names-below.ts'
import type { Context } from '../step.ts'
import { REVERTS } from './own-commits.ts'

interface Made {
  readonly commit: string
  readonly notes: readonly string[]
}

/** The words of the commit, with a trailer that names what it takes back. */
export function aurMessage({ release, number, left, item }: Facts): string {
  const how = item === 'epoch' ? ' and raise the epoch' : ''
  return `Go back from ${release.version}${how}\n\n${REVERTS}: ${left.aurCommit}\nSlipway-Deployment: #${number}\n`
}

/** The files of before, byte for byte. The AUR took them once, so what its rules would say of them now is told and nothing more. */
export async function makeFiles(context: Context, head: string): Promise<Made | Problem> {
  const { facts, ports, execute } = context
  const exported = await exportFiles(context)
  if (exported) return exported
  const broken = (await refuseLink(context)) ?? (await brokenRules(facts, ports.files, await srcinfoAt(context, head)))
  const made = await execute(commitOnto(facts, facts.known.aurHead, head, aurMessage(facts)))
  const commit = made.stdout.trim()
  if (made.code !== 0 || commit === '') return problem('aur.commit-failed', {})
  return { commit, notes: (broken?.details ?? []).map((line) => `the AUR took these files before: ${line}`) }
}

/** The files of before with an epoch above all that were live, and the .SRCINFO that makepkg prints for them. */
export async function raisedFiles(context: Context, head: string): Promise<Made | Problem> {
  const { facts, ports } = context
  const exported = (await exportFiles(context)) ?? (await refuseLink(context))
  const raised = exported ?? (await raise(context, head)) ?? (await print(context))
  if (raised) return raised
  const broken = await brokenRules(facts, ports.files, await srcinfoAt(context, head))
  if (broken) return broken
  const { branch, start, empty, add, commit, name } = commitFiles(facts, sourceOf(facts), head, aurMessage(facts))
  const failed = await runAll(context, [branch, start, empty, add, commit])
  const made = failed ? '' : (await context.execute(name)).stdout.trim()
  return made === '' ? problem('aur.commit-failed', {}) : { commit: made, notes: [] }
}

async function exportFiles(context: Context): Promise<Problem | undefined> {
  const { facts, ports } = context
  const source = sourceOf(facts)
  await ports.files.remove(source)
  await ports.files.folder(source, 0o755)
  const { read, write } = exportTree(facts, facts.known.aurHead, `${facts.folders.packageTest}/index`, source)
  const failed = await runAll(context, [read, write])
  return failed && problem('rollback.aur-files', { package: aurOf(facts).package, code: endOf(failed.exit) })
}

/** A link could lead the bot to read or write elsewhere. */
async function refuseLink({ facts, ports }: Context): Promise<Problem | undefined> {
  const link = (await namesBelow(ports.files, sourceOf(facts))).find(({ kind }) => kind === 'link')
  return link && problem('aur.source-link', { name: link.name })
}

async function raise(context: Context, head: string): Promise<Problem | undefined> {
  const { facts, ports } = context
  const file = `${sourceOf(facts)}/PKGBUILD`
  const texts = await Promise.all([head, facts.known.aurHead].map((commit) => srcinfoAt(context, commit)))
  const epochs = texts.map((text) => epochOf(readLive(text)?.full ?? ''))
  const text = setEpoch((await ports.files.read(file)) ?? '', Math.max(...epochs) + 1)
  if (isProblem(text)) return text
  await ports.files.write(file, text, 0o644)
  return undefined
}

async function print(context: Context): Promise<Problem | undefined> {
  const { facts, ports } = context
  await openWorkshop(context, 'srcinfo')
  const exit = await context.execute(printSrcinfo(workshopOf(facts, 'srcinfo')))
  if (exit.code !== 0 || exit.stdout.trim() === '') return problem('aur.srcinfo-failed', { code: endOf(exit) })
  await ports.files.write(`${sourceOf(facts)}/.SRCINFO`, exit.stdout, 0o644)
  return undefined
}

async function srcinfoAt({ facts, execute }: Context, commit: string): Promise<string> {
  return (await execute(fileAt(facts, commit, '.SRCINFO'))).stdout
}
