/** The row of `diagnose`. */
import { isProblem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const diagnose: Command<'diagnose'> = {
  name: 'diagnose',
  summary: 'Walk the troubleshooting tree now. Looks, and changes nothing.',
  example: 'diagnose #42',
  fields: { number: NUMBER },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const card = await desk.diagnose(deployment)
    return isProblem(card) ? card : { card, audience: 'private' }
  },
}
