/** The row of `approve`. */

import { type Command, NUMBER } from './command.ts'
import { press } from './press.ts'

export const approve: Command<'approve'> = {
  name: 'approve',
  summary: 'Say yes to what a deployment asks.',
  example: 'approve #42',
  fields: {
    number: { ...NUMBER, about: 'The number of the deployment that asks.', required: true },
    plan: {
      as: 'option',
      name: 'plan',
      shown: '<name>',
      about: 'Which of several plans, where a rollback offers some.',
    },
  },
  permission: 'view',
  answer: ({ number, plan }, incoming, desk) => press(number, { choice: 'approve', plan }, incoming, desk),
}
