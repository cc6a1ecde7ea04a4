/** The row of `approve`. */

import { type Command, NUMBER } from './command.ts'
import { press } from './press.ts'

export const approve: Command<'approve'> = {
  name: 'approve',
  summary: 'Say yes to what a deployment asks.',
  example: 'approve #42',
  fields: {
    number: { ...NUMBER, about: 'The number of the deployment that asks.', required: true },
    version: {
      as: 'word',
      value: 'text',
      shown: 'version',
      about: 'The version, typed by whoever asked for the release and approves it too.',
      required: false,
    },
    plan: {
      as: 'option',
      name: 'plan',
      shown: '<name>',
      about: 'Which of several plans, where a rollback offers some.',
      hint: 'plan',
    },
    override: {
      as: 'option',
      name: 'override',
      shown: '"…"',
      about: 'Why an admin approves for others, after half of the time or an hour of a rollback; on record.',
    },
    revoke: { as: 'flag', name: 'revoke', about: 'Take your own approval back, while nothing has been done under it.' },
  },
  permission: 'view',
  concerns: 'deployment',
  answer: ({ number, version, plan, override, revoke }, incoming, desk) =>
    press(number, { choice: revoke ? 'revoke' : 'approve', typed: version, plan, override }, incoming, desk),
}
