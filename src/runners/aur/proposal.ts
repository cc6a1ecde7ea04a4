/** What a submit would do, collected from the world: the AUR's head now, our commit on top of it, and what that changes. */
import { aurOf, commitOnto, contains, difference, fileAt, madeBy } from '../../argv/aur.ts'
import type { Section } from '../../release/card.ts'
import type { GateContent } from '../../release/gate.ts'
import { intentsOf } from '../../release/machine/states.ts'
import { vercmp } from '../../release/pkgver.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { publicAddress } from '../artifacts.ts'
import { askAddress } from '../build/address.ts'
import type { CommandAction } from '../build/commands.ts'
import { type CommonActions, commonContent } from '../gate-content.ts'
import type { Context } from '../step.ts'
import { readLive } from './live.ts'
import { commitMessage } from './message.ts'
import { aurProblem } from './remote.ts'
import { packageVersion } from './source.ts'

export interface Proposal {
  readonly content: GateContent
  /** The AUR's head that the commit goes on top of, or went; empty for a first submission. */
  readonly head: string
  readonly commit: string
  /** The AUR has the commit already. */
  readonly isThere: boolean
}

type ProposalContext = Context<CommonActions & { readonly head: CommandAction; readonly fetch: CommandAction }>

/** The head's author where no step of this deployment made it, nor an earlier deployment before this one looked. */
interface Stranger {
  /** It names a deployment: of another bot, or of another project. */
  readonly isDeployment: boolean
  readonly author: string
  readonly when: string
  readonly subject: string
}

/** Longest difference on a card; the whole goes with it as a file. */
const SHOWN = 6000

/** Looks at everything again and puts together what a person is asked, and what a push would then do. */
export async function propose(context: ProposalContext): Promise<Proposal | Problem> {
  const common = await commonContent(context)
  if (isProblem(common)) return common
  const changed = await publicProblem(context)
  if (changed) return changed
  const head = await fetchedHead(context)
  if (isProblem(head)) return head
  const place = await placeOn(context, head)
  if (isProblem(place)) return place
  const { known } = context.facts
  const files = { pkgbuild: known.pkgbuildSha256, srcinfo: known.srcinfoSha256 }
  const bound = { ...common.bound, ...files, aurHead: head, aurCommit: place.commit, aur: aurOf(context.facts).url }
  const sections = [...common.card.sections, ...aurSections(context, head, place)]
  const diff = { name: 'aur.diff', text: place.diff }
  return { head, ...place, content: { bound, card: { sections, files: [...common.card.files, diff] } } }
}

/** A problem where the public address no longer gives the package: users would not get what is approved. */
async function publicProblem(context: Context): Promise<Problem | undefined> {
  const url = publicAddress(context.facts)
  if (url === undefined) return undefined
  const seen = await askAddress(context)
  const sum = context.facts.known.packageSha256
  if (seen.answer === 'same') return undefined
  if (seen.answer === 'other') return problem('build.tampered', { url, found: seen.sha256, sum })
  return problem('build.not-public', { url, answer: seen.said, minutes: 0 })
}

/** The AUR's head now, its history fetched; empty where there is none. */
async function fetchedHead({ facts, actions, execute }: ProposalContext): Promise<string | Problem> {
  const asked = await execute(actions.head)
  if (asked.code !== 0) return aurProblem(facts, asked, 'aur.clone-failed')
  const head = asked.stdout.split('\t')[0]?.trim() ?? ''
  if (head === '') return head
  const fetched = await execute(actions.fetch)
  return fetched.code === 0 ? head : aurProblem(facts, fetched, 'aur.clone-failed')
}

interface Placed {
  readonly commit: string
  /** Where an earlier attempt put it on top of another head than the one of now. */
  readonly head?: string
  readonly isThere: boolean
  readonly diff: string
  readonly stranger?: Stranger
}

/** Our commit on top of the head; the very commit of the step before where the head is still the same. */
async function placeOn(context: Context, head: string): Promise<Placed | Problem> {
  const { facts, execute } = context
  const ours = facts.known.aurCommit
  const holds = async (commit: string) =>
    head !== '' && (head === commit || (await execute(contains(facts, head, commit))).code === 0)
  for (const { aurCommit, aurHead } of intentsOf(context.deployment.steps['aur.submit']))
    if (typeof aurCommit === 'string' && typeof aurHead === 'string' && (await holds(aurCommit)))
      return { commit: aurCommit, head: aurHead, isThere: true, diff: '' }
  if (await holds(ours)) return { commit: ours, isThere: true, diff: '' }
  const stranger = head === '' ? undefined : await strangerAt(context, head)
  const taken = stranger && head !== facts.known.aurHead && (await takenProblem(context, head, stranger))
  if (taken) return taken
  const made = await execute(commitOnto(facts, ours, head, commitMessage(facts)))
  const commit = made.stdout.trim()
  const changed = await execute(difference(facts, head, ours))
  if (made.code !== 0 || commit === '' || changed.code !== 0) return problem('aur.commit-failed', {})
  return { commit, isThere: false, diff: changed.stdout, ...(stranger && { stranger }) }
}

async function strangerAt({ facts, execute }: Context, head: string): Promise<Stranger | undefined> {
  const exit = await execute(madeBy(facts, head))
  const [author = 'somebody', when = '', ...rest] = exit.stdout.trimEnd().split('\t')
  const trailer = rest.at(-1) ?? ''
  const isDeployment = rest.length > 1 && /^#\d+$/.test(trailer)
  if (isDeployment && head === facts.known.aurHead) return undefined
  return { isDeployment, author, when, subject: rest.slice(0, Math.max(1, rest.length - 1)).join(' ') }
}

/** Somebody pushed our version, or a higher one, after the pkgrel was chosen. */
async function takenProblem(context: Context, head: string, { author }: Stranger): Promise<Problem | undefined> {
  const exit = await context.execute(fileAt(context.facts, head, '.SRCINFO'))
  const live = readLive(exit.stdout)
  const ours = packageVersion(context)
  if (live === undefined || vercmp(ours, live.full) > 0) return undefined
  return problem('aur.version-taken', { live: live.full, author, ours })
}

function aurSections(context: Context, head: string, { stranger, diff, isThere }: Placed): readonly Section[] {
  const name = aurOf(context.facts).package
  const first: Section[] =
    head === '' ? [{ kind: 'text', text: `${name} is new on the AUR: this submit creates it.` }] : []
  const foreign: Section[] = stranger ? [{ kind: 'text', text: foreignText(stranger) }] : []
  const fields: [string, string][] = [
    ['AUR package', `${name} ${packageVersion(context)}`],
    ['AUR head', head === '' ? 'none' : head],
  ]
  const shown = diff.length > SHOWN ? `${diff.slice(0, SHOWN)}\n… the rest is in aur.diff` : diff
  const change: Section = isThere
    ? { kind: 'text', text: 'The AUR has these files already; nothing would be pushed.' }
    : { kind: 'code', title: 'What changes on the AUR', text: shown }
  return [{ kind: 'fields', fields }, ...first, ...foreign, change]
}

function foreignText({ isDeployment, author, when, subject }: Stranger): string {
  const whose = isDeployment ? 'is of another deployment' : 'was not made by Slipway'
  return `The AUR's head ${whose}: ${author}, ${when}: ${subject}. Its changes are replaced where the difference shows it.`
}
