/** The row of `retry`. */
import { isProblem, problem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const retry: Command<'retry'> = {
  name: 'retry',
  summary: 'Repeat what failed and go on from there.',
  example: 'retry #42',
  fields: { number: NUMBER },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const { actor, id: delivery } = incoming
    const taken = await desk.send(deployment.number, { type: 'retried', actor, delivery })
    if (taken !== undefined) return undefined
    return problem('request.not-stopped', { number: deployment.number, status: deployment.status })
  },
}
