/** Take the archive of the tag: what the forge gives everybody has to hold the release commit, and then its sum is the package's. */
import { git } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { fillTemplate } from '../../release/version.ts'
import { packageFolder } from '../artifacts.ts'
import { type Action, type Context, step } from '../step.ts'
import { webAccess } from '../web-access.ts'
import { addressOf, FREE } from './address.ts'
import { type CommandAction, endOf, withLog } from './commands.ts'

type ArchiveActions = { readonly download: Action; readonly archive: CommandAction; readonly compare: Action }

const PAUSE = 5_000
const LARGEST = 4 * 1024 ** 3

export const archive = step<ArchiveActions>({
  describe(facts) {
    const { commit } = facts.known
    return {
      download: { do: 'request', url: addressOf(facts) },
      archive: git(facts.folders.clone, [
        'archive',
        '--format=tar',
        '--prefix=commit/',
        `--output=${ours(facts)}`,
        commit,
      ]),
      compare: { do: 'own', what: `compare what ${theirs(facts)} and ${ours(facts)} hold` },
    }
  },

  async run(context) {
    const { facts, ports } = context
    await ports.files.remove(packageFolder(facts))
    await ports.files.folder(packageFolder(facts))
    const got = await downloaded(context)
    if ('code' in got) return { ok: false, problem: got }
    const wrong = await differs(context)
    if (wrong) return withLog(context, wrong)
    const evidence = { packageFile: theirs(facts), packageSha256: got.sha256, packageBytes: got.bytes }
    return { ok: true, evidence: { ...evidence, publishedUrl: addressOf(facts) } } satisfies Outcome
  },
})

interface Got {
  readonly sha256: string
  readonly bytes: number
}

/** A forge needs a moment after a tag was pushed. */
async function downloaded({
  facts,
  ports,
  deadline,
  signal,
  progress,
}: Context<ArchiveActions>): Promise<Got | Problem> {
  const url = addressOf(facts)
  const began = ports.clock.now()
  while (true) {
    const timeoutMs = Math.max(1000, deadline - ports.clock.now())
    const answer = await ports.http.download(url, theirs(facts), {
      timeoutMs,
      maxBytes: LARGEST,
      ...webAccess(facts.project),
    })
    if (answer.ok && answer.status === 200) return answer
    const said = answer.ok ? `status ${answer.status}` : answer.message
    const mayCome = !answer.ok || FREE.includes(answer.status)
    if (!mayCome || ports.clock.now() + PAUSE >= deadline || signal.aborted) {
      const minutes = Math.round((ports.clock.now() - began) / 60_000)
      return problem('build.not-public', { url, answer: said, minutes })
    }
    progress(`waiting for ${url}: ${said}`)
    await ports.clock.sleep(PAUSE, signal)
  }
}

/** Why the two do not hold the same, if so. */
async function differs(context: Context<ArchiveActions>): Promise<Problem | undefined> {
  const { facts, ports, actions } = context
  const commit = facts.known.commit.slice(0, 12)
  const made = await context.execute(actions.archive)
  if (made.code !== 0) return problem('build.archive-failed', { commit, reason: `git ended with ${endOf(made)}` })
  const read = (file: string) => ports.files.contents(file).catch((error: Error) => error)
  const [public_, own] = await Promise.all([read(theirs(facts)), read(ours(facts))])
  if (own instanceof Error) return problem('build.archive-failed', { commit, reason: own.message })
  if (public_ === own) return undefined
  const tag = fillTemplate(facts.project.repository.tag.name, facts.release)
  const details = public_ instanceof Error ? [`it is no tarball: ${public_.message}`] : []
  return problem('build.archive-differs', { url: addressOf(facts), commit, tag }, details)
}

function theirs(facts: Facts): string {
  return `${packageFolder(facts)}/archive-of-tag.tar.gz`
}

function ours(facts: Facts): string {
  return `${packageFolder(facts)}/release-commit.tar`
}
