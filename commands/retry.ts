/** The row of `retry`. */
import { type Command, NUMBER } from './command.ts'

export const retry: Command<'retry'> = {
  name: 'retry',
  summary: 'Look again after a stop and go on from there.',
  example: 'retry #42',
  fields: { number: NUMBER },
}
