/** The row of `acknowledge`. */
import { isProblem, problem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const acknowledge: Command<'acknowledge'> = {
  name: 'acknowledge',
  summary: 'Say that you are on it: an emergency stops calling people.',
  example: 'acknowledge #42',
  fields: { number: NUMBER },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number: asked }, incoming, desk) => {
    const deployment = await desk.find(asked, incoming)
    if (isProblem(deployment)) return deployment
    const { number, status } = deployment
    const { actor, id: delivery } = incoming
    const taken = await desk.send(number, { type: 'acknowledged', actor, delivery })
    return taken === undefined ? problem('request.no-emergency', { number, status }) : undefined
  },
}
