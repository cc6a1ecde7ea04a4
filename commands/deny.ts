/** The row of `deny`. */

import { type Command, NUMBER } from './command.ts'
import { press } from './press.ts'

export const deny: Command<'deny'> = {
  name: 'deny',
  summary: 'Say no to what a deployment asks. It ends there, and what exists already is listed.',
  example: 'deny #42 the changelog is wrong',
  fields: {
    number: { ...NUMBER, about: 'The number of the deployment that asks.', required: true },
    reason: { as: 'word', value: 'rest', shown: 'reason', about: 'Why, for the record.', required: false },
  },
  permission: 'view',
  concerns: 'deployment',
  answer: ({ number, reason }, incoming, desk) => press(number, { choice: 'deny', reason }, incoming, desk),
}
