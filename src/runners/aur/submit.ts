/** Submit to the AUR: exactly what was approved, onto exactly the head it was approved for, and read back. */
import {
  askHead,
  aurOf,
  commitOnto,
  contains,
  difference,
  fetchHead,
  fileAt,
  madeBy,
  pushCommit,
} from '../../argv/aur.ts'
import { approvalOf, digestOf } from '../../release/approvals.ts'
import type { Evidence, Observation, Outcome } from '../../release/deployment.ts'
import { intentOf } from '../../release/machine/states.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { publicAddress } from '../artifacts.ts'
import { type CommandAction, withLog } from '../build/commands.ts'
import { type CommonActions, commonActions } from '../gate-content.ts'
import { afterPush } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { commitMessage } from './message.ts'
import { type Proposal, propose } from './proposal.ts'
import { aurProblem, wasOvertaken } from './remote.ts'

type Names = 'head' | 'fetch' | 'contains' | 'made' | 'live' | 'commit' | 'difference' | 'push' | 'readBack'
type SubmitActions = CommonActions & { readonly [name in Names]: CommandAction } & { readonly download?: Action }

export const submit = step<SubmitActions>({
  describe(facts) {
    const { aurHead, aurCommit } = facts.known
    const url = publicAddress(facts)
    return {
      ...commonActions(facts),
      ...(url === undefined ? {} : { download: { do: 'request', url } }),
      head: askHead(facts),
      fetch: fetchHead(facts),
      contains: contains(facts, aurHead, aurCommit),
      made: madeBy(facts, aurHead),
      live: fileAt(facts, aurHead, '.SRCINFO'),
      commit: commitOnto(facts, aurCommit, aurHead, commitMessage(facts)),
      difference: difference(facts, aurHead, aurCommit),
      push: pushCommit(facts, aurCommit),
      readBack: askHead(facts),
    }
  },

  async observe(context): Promise<Observation> {
    const { facts, deployment } = context
    const intent = intentOf(deployment.steps['aur.submit']) ?? {}
    const commit = String(intent.aurCommit ?? facts.known.aurCommit)
    const held = await holds(context, commit)
    if (isProblem(held)) return { seen: 'unknown', question: `Does the AUR have commit ${commit}?`, cause: held }
    return held
      ? { seen: 'done', evidence: evidence(commit, String(intent.aurHead ?? facts.known.aurHead)) }
      : { seen: 'not-done' }
  },

  async ask(context) {
    const proposal = await propose(context)
    return isProblem(proposal) ? proposal : proposal.content
  },

  async run(context) {
    const proposal = await propose(context)
    if (isProblem(proposal)) return withLog(context, proposal)
    const approval = approvalOf(context.deployment, 'aur.submit')
    if (digestOf(proposal.content.bound) !== approval?.digest) return { ok: false, changed: proposal.content }
    const { commit, head, isThere } = proposal
    if (isThere)
      return { ok: true, evidence: evidence(commit, head), notes: ['already there: the AUR has this commit'] }
    return push(context, proposal)
  },
})

async function push(context: Context<SubmitActions>, { commit, head }: Proposal): Promise<Outcome> {
  const { facts } = context
  await context.intend({ aurCommit: commit, aurHead: head })
  const pushed = await context.execute(pushCommit(facts, commit))
  const found = await headNow(context)
  if (found === commit) return { ok: true, evidence: evidence(commit, head) }
  if (pushed.code !== 0 && wasOvertaken(pushed)) return overtaken(context)
  if (pushed.code !== 0) {
    const failed = await withLog(context, aurProblem(facts, pushed, 'aur.push-failed'))
    return found === head ? afterPush(pushed, failed) : failed
  }
  const held = await holds(context, commit)
  if (held === true) return { ok: true, evidence: evidence(commit, head) }
  return withLog(context, isProblem(held) ? held : problem('aur.not-there', { found: found ?? 'not known' }))
}

/** Somebody pushed between our look and our push: what would happen now is another thing, and is asked again. */
async function overtaken(context: Context<SubmitActions>): Promise<Outcome> {
  const proposal = await propose(context)
  return isProblem(proposal) ? withLog(context, proposal) : { ok: false, changed: proposal.content }
}

/** The AUR's head, an empty text where it has none, undefined where it does not answer. */
async function headNow({ actions, execute }: Context<SubmitActions>): Promise<string | undefined> {
  const exit = await execute(actions.readBack)
  return exit.code === 0 ? exit.stdout.split('\t')[0] : undefined
}

/** Whether the AUR's history holds a commit: somebody may have pushed on top of it since. */
async function holds(context: Context<SubmitActions>, commit: string): Promise<boolean | Problem> {
  const { facts, actions, execute } = context
  const head = await headNow(context)
  if (head === undefined) return problem('aur.unreachable', { url: aurOf(facts).url })
  if (head === '' || head === commit) return head === commit
  if ((await execute(actions.fetch)).code !== 0) return problem('aur.unreachable', { url: aurOf(facts).url })
  return (await execute(contains(facts, head, commit))).code === 0
}

function evidence(aurCommit: string, aurHead: string): Evidence {
  return { aurCommit, aurHead }
}
