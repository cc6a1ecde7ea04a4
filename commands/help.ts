/** The row of `help`. */
import type { Command } from './command.ts'

export const help: Command<'help'> = {
  name: 'help',
  summary: 'All commands, or one of them in full.',
  example: 'help deploy',
  fields: {
    command: {
      as: 'word',
      value: 'text',
      shown: 'command',
      about: 'The command to explain.',
      required: false,
      hint: 'command',
    },
  },
  permission: 'view',
  concerns: 'everything',
  answer: async ({ command }, incoming, desk) => ({ card: desk.help(command, incoming), audience: 'private' }),
}
