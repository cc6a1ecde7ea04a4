/** The row of `incident`. */
import { isProblem, problem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const incident: Command<'incident'> = {
  name: 'incident',
  summary: 'The record of an incident, as a file; with a note, adds to it.',
  example: 'incident #42 note the disk was full',
  fields: {
    number: NUMBER,
    note: {
      as: 'word',
      value: 'rest',
      shown: 'note',
      about: 'The word note, then what was learned: it is added to the record with your name and the time.',
      required: false,
    },
  },
  permission: 'deploy',
  concerns: 'deployment',
  answer: async ({ number, note }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    const added = note === undefined ? undefined : textOf(note)
    if (note !== undefined && added === undefined) return problem('request.note-missing', { number: deployment.number })
    const card = await desk.incident(deployment, incoming, added)
    return isProblem(card) ? card : { card, audience: added === undefined ? 'private' : 'channel' }
  },
}

/** What stands after the word `note`, without the quotes around it. */
function textOf(words: string): string | undefined {
  const text = /^note\s+"?(.+?)"?$/is.exec(words.trim())?.[1]?.trim()
  return text === '' ? undefined : text
}
