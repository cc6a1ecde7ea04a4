/** The row of `fix`. */
import { isProblem, problem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const fix: Command<'fix'> = {
  name: 'fix',
  summary: 'Do a fix that the troubleshooting of a stopped deployment offers.',
  example: 'fix #42',
  fields: {
    number: { ...NUMBER, about: 'The number of the deployment that is stopped.', required: true },
    fix: {
      as: 'word',
      value: 'text',
      shown: 'fix',
      about: 'Which one, as the card names it. Left out: the only one that is offered.',
      required: false,
      hint: 'fix',
    },
  },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number, fix }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const [only, second] = deployment.stops.at(-1)?.offers ?? []
    const offer = fix ?? (second === undefined ? only?.id : undefined) ?? ''
    const { actor, id: delivery } = incoming
    const taken = await desk.send(number, { type: 'accepted', offer, actor, delivery })
    return taken === undefined ? problem('request.no-such-fix', { number, status: deployment.status }) : undefined
  },
}
