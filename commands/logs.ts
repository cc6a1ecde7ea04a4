/** The row of `logs`. */
import { isProblem } from '../src/release/problems.ts'
import { logCard } from '../src/release/report/log.ts'
import { type Command, NUMBER } from './command.ts'

export const logs: Command<'logs'> = {
  name: 'logs',
  summary: 'The log of a step, as a file.',
  example: 'logs #42 build.target:linux',
  fields: {
    number: NUMBER,
    step: {
      as: 'word',
      value: 'text',
      shown: 'step',
      about: 'The step, such as aur.test-package. Left out: the one that failed or runs.',
      required: false,
      hint: 'step',
    },
  },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number, step }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const log = await desk.log(deployment, step)
    return isProblem(log) ? log : { card: logCard(deployment, log), audience: 'private' }
  },
}
