/** From now on only the address family that answers is used for ssh, and for git over ssh. */
import { problem } from '../../../release/problems.ts'
import { type Action, step } from '../../step.ts'

export const addressFamily = step({
  describe: () => ({
    use: {
      do: 'own',
      what: 'from now on use only the address family that answered, for ssh and for git over ssh',
    } satisfies Action,
  }),
  async run({ facts }) {
    const { family } = facts.left
    if (family !== 'inet' && family !== 'inet6')
      return { ok: false, problem: problem('troubleshoot.no-family', { number: facts.number }) }
    return {
      ok: true,
      evidence: { addressFamily: family },
      notes: [`only IPv${family === 'inet' ? 4 : 6} is used now`],
    }
  },
})
