/** The row of `logs`. */
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
    },
  },
}
