/** The row of `timeline`. */
import { isProblem } from '../src/release/problems.ts'
import { timelineCard } from '../src/release/report/timeline.ts'
import { type Command, NUMBER } from './command.ts'

export const timeline: Command<'timeline'> = {
  name: 'timeline',
  summary: 'Where the time of a deployment went, as a picture.',
  example: 'timeline #42',
  fields: { number: NUMBER },
  permission: 'view',
  concerns: 'deployment',
  answer: async ({ number }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    return { card: timelineCard(deployment, desk.now(), desk.view(incoming)), audience: 'channel' }
  },
}
