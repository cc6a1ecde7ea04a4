/** Where nothing that follows asks, going public asks: what a user downloads next is what was approved. */
import { approvalOf, digestOf } from '../../release/approvals.ts'
import { publicStep } from '../../release/plan/expand.ts'
import type { ReleaseStepName } from '../../release/plan.ts'
import { isProblem } from '../../release/problems.ts'
import { commonActions, commonContent } from '../gate-content.ts'
import type { Context, Runner } from '../step.ts'
import { withLog } from './commands.ts'

/** A step that makes something public: it asks before it in a project that has neither an AUR package nor a server. */
export function askedFirst(name: ReleaseStepName, runner: Runner): Runner {
  const ask = (context: Context) => commonContent({ ...context, actions: commonActions(context.facts) })
  return {
    ...runner,
    ask,
    describe: (facts) => ({
      ...(publicStep(facts.project) === name && { asked: Object.values(commonActions(facts)) }),
      ...runner.describe(facts),
    }),
    async run(context) {
      if (publicStep(context.facts.project) !== name) return runner.run(context)
      const content = await ask(context)
      if (isProblem(content)) return withLog(context, content)
      const isApproved = digestOf(content.bound) === approvalOf(context.deployment, name)?.digest
      return isApproved ? runner.run(context) : { ok: false, changed: content }
    },
  }
}
