/** The row of `history`. */
import { type Command, PROJECT } from './command.ts'

export const history: Command<'history'> = {
  name: 'history',
  summary: 'The last deployments and how they ended.',
  example: 'history',
  fields: { project: PROJECT },
}
