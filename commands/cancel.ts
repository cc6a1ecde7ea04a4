/** The row of `cancel`. */
import { type Command, NUMBER } from './command.ts'

export const cancel: Command<'cancel'> = {
  name: 'cancel',
  summary: 'End a deployment. Running steps are finished first, and what took effect is listed.',
  example: 'cancel #42',
  fields: { number: NUMBER },
}
