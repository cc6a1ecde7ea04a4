/** The row of `deploy`. */
import { type Command, PROJECT } from './command.ts'

export const deploy: Command<'deploy'> = {
  name: 'deploy',
  summary: 'Release a version. Without one: offers the versions that could come next.',
  example: 'deploy 3.1.3',
  fields: {
    target: {
      as: 'word',
      value: 'text',
      shown: 'version',
      about: '3.1.3, 3.1.3+002, or patch, minor, major, build.',
      required: false,
    },
    dryRun: { as: 'flag', name: 'dry-run', about: 'Print every command and run only the checks; nothing is changed.' },
    notes: { as: 'option', name: 'notes', shown: '"…"', about: 'Release notes in place of the list of commits.' },
    project: PROJECT,
  },
}
