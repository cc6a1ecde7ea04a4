/** The row of `verify`. */
import { isProblem } from '../src/release/problems.ts'
import { type Command, PROJECT } from './command.ts'

export const verify: Command<'verify'> = {
  name: 'verify',
  summary: 'Check a released version from outside, row by row. Changes nothing.',
  example: 'verify',
  fields: {
    version: {
      as: 'word',
      value: 'text',
      shown: 'version',
      about: 'Which version to expect. Left out: the one released last.',
      required: false,
      hint: 'released version',
    },
    project: PROJECT,
  },
  permission: 'view',
  concerns: 'project',
  answer: async ({ project: name, version }, incoming, desk) => {
    const project = desk.projectFor(name, incoming)
    if (isProblem(project)) return project
    const card = await desk.verify(project, version)
    return isProblem(card) ? card : { card, audience: 'channel' }
  },
}
