/** The row of `incident`. */
import { isProblem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const incident: Command<'incident'> = {
  name: 'incident',
  summary: 'The record of an incident, as a file; with a note, adds to it.',
  example: 'incident #42',
  fields: {
    number: NUMBER,
    note: {
      as: 'option',
      name: 'note',
      shown: '<text>',
      about: 'What was learned afterwards, added to the record with your name and the time.',
    },
  },
  permission: 'deploy',
  answer: async ({ number, note }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const card = await desk.incident(deployment, incoming, note)
    return isProblem(card) ? card : { card, audience: note === undefined ? 'private' : 'channel' }
  },
}
