/** Pulls the release commit again: the pull step does it, once it was seen that what it takes still lies ready there. */
import { isProblem, problem } from '../../../release/problems.ts'
import { step } from '../../step.ts'
import { checkoutGit, enter, failed } from '../../vps/server.ts'
import { pinnedHead } from '../../vps/staged.ts'
import { pinned } from '../../vps/staging.ts'
import { leftBy } from '../probe.ts'

export const pull = step({
  describe: (facts) => ({
    staged: pinnedHead(facts),
    pull: checkoutGit(
      facts,
      ['pull', '--ff-only', '--no-rebase', 'origin', facts.project.repository.branch],
      pinned(facts),
    ),
  }),
  async run(context) {
    const { facts } = context
    const server = await enter(context)
    if (isProblem(server)) return failed(context, server)
    const head = await server.tell(context.actions.staged)
    const wanted = leftBy(facts, 'commit') ?? 'none'
    if (head === wanted) return { ok: true, evidence: {} }
    const found = isProblem(head) ? head.what : head.slice(0, 12)
    const values = { name: facts.item, found, wanted: wanted.slice(0, 12), number: facts.number }
    return failed(context, problem('troubleshoot.not-staged', values))
  },
})
