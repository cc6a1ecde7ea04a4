/** The row of `status`. */
import { type Command, NUMBER } from './command.ts'

export const status: Command<'status'> = {
  name: 'status',
  summary: 'What is running and what it waits for.',
  example: 'status',
  fields: { number: { ...NUMBER, about: 'The number of the deployment. Left out: everything that is open.' } },
}
