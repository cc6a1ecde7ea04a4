/** Generate .SRCINFO, and the commit that users would get: a clone of the AUR's repository with its files replaced by ours. */
import { aurOf, commitFiles, difference, fileAt } from '../../argv/aur.ts'
import { printSrcinfo } from '../../argv/makepkg.ts'
import type { Evidence, Outcome } from '../../release/deployment.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { type CommandAction, endOf, runAll, withLog } from '../build/commands.ts'
import { namesBelow } from '../names-below.ts'
import { type Action, type Context, step } from '../step.ts'
import { brokenRules } from './check-files.ts'
import { commitMessage } from './message.ts'
import { openWorkshop, sourceOf, workshopOf } from './source.ts'

type Names = 'print' | 'branch' | 'start' | 'empty' | 'add' | 'commit' | 'name' | 'difference' | 'live'
type SrcinfoActions = { readonly [name in Names]: CommandAction } & { readonly write: Action }

/** How much of the difference is kept as evidence, in characters. */
const KEPT = 20_000

export const srcinfo = step<SrcinfoActions>({
  describe(facts) {
    const source = sourceOf(facts)
    const { aurHead } = facts.known
    return {
      print: printSrcinfo(workshopOf(facts, 'srcinfo')),
      write: { do: 'edit', file: `${source}/.SRCINFO`, what: 'what makepkg printed' },
      ...commitFiles(facts, source, aurHead, commitMessage(facts)),
      difference: difference(facts, aurHead, 'HEAD'),
      live: fileAt(facts, aurHead, '.SRCINFO'),
    }
  },

  async run(context) {
    const failed = (await printed(context)) ?? (await committed(context))
    return failed ? withLog(context, failed) : judged(context)
  },
})

/** Prints .SRCINFO from a copy of the source, since printing runs the PKGBUILD. */
async function printed(context: Context<SrcinfoActions>): Promise<Problem | undefined> {
  const { facts, ports, actions } = context
  await openWorkshop(context, 'srcinfo')
  const exit = await context.execute(actions.print)
  if (exit.code !== 0 || exit.stdout.trim() === '') return problem('aur.srcinfo-failed', { code: endOf(exit) })
  await ports.files.write(`${sourceOf(facts)}/.SRCINFO`, exit.stdout, 0o644)
  return undefined
}

async function committed(context: Context<SrcinfoActions>): Promise<Problem | undefined> {
  const { branch, start, empty, add, commit } = context.actions
  const failed = await runAll(context, [branch, start, empty, add, commit])
  return failed && problem('aur.commit-failed', {})
}

/** What the commit changes, and whether the AUR would take it. The same files again are nothing to refuse. */
async function judged(context: Context<SrcinfoActions>): Promise<Outcome> {
  const { actions, facts, ports } = context
  const { aurHead } = facts.known
  const made = (await context.execute(actions.name)).stdout.trim()
  const changed = await context.execute(actions.difference)
  if (made === '' || changed.code !== 0) return withLog(context, problem('aur.commit-failed', {}))
  const isThere = changed.stdout === ''
  const live = aurHead === '' || isThere ? undefined : (await context.execute(actions.live)).stdout
  const broken = await brokenRules(facts, ports.files, live)
  if (broken) return { ok: false, problem: broken }
  const evidence = { aurHead, aurCommit: isThere ? aurHead : made, aurDiff: bounded(changed.stdout) }
  const notes = isThere ? [`already there: ${aurOf(facts).package} on the AUR`] : []
  return { ok: true, evidence: { ...evidence, ...(await sums(context)) }, notes }
}

/** Of all files that would be submitted; those that every package has by a name of their own, for the gate. */
async function sums({ facts, ports: { files } }: Context): Promise<Evidence> {
  const source = sourceOf(facts)
  const names = (await namesBelow(files, source)).flatMap(({ name, kind }) => (kind === 'file' ? [name] : []))
  const each = names.map(async (name) => [name, await files.sha256(`${source}/${name}`)] as const)
  const aurFiles: Record<string, string> = Object.fromEntries(await Promise.all(each))
  return { pkgbuildSha256: aurFiles.PKGBUILD ?? '', srcinfoSha256: aurFiles['.SRCINFO'] ?? '', aurFiles }
}

function bounded(text: string): string {
  return text.length > KEPT ? `${text.slice(0, KEPT)}\n… ${text.length - KEPT} more characters` : text
}
