/** The row of `certificate`. */
import { isProblem } from '../src/release/problems.ts'
import { numberedTarget } from '../src/release/request.ts'
import { type Command, PROJECT } from './command.ts'

export const certificate: Command<'certificate'> = {
  name: 'certificate',
  summary: 'The certificate of a release, checked, with its files.',
  example: 'certificate',
  fields: {
    target: {
      as: 'word',
      value: 'text',
      shown: '#number or version',
      about: 'Whose. Left out: the last one of the project.',
      required: false,
      hint: 'released version',
    },
    project: PROJECT,
  },
  permission: 'view',
  concerns: 'project',
  answer: async (request, incoming, desk) => {
    const number = numberedTarget(request)
    const deployment = number === undefined ? undefined : await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const project = deployment?.project ?? desk.projectFor(request.project, incoming)
    if (isProblem(project)) return project
    const card = await desk.certificate(project, request.target)
    return isProblem(card) ? card : { card, audience: 'channel' }
  },
}
