/** The row of `status`. */
import { isProblem } from '../src/release/problems.ts'
import { statusCard } from '../src/release/report/status.ts'
import { type Command, NUMBER } from './command.ts'

export const status: Command<'status'> = {
  name: 'status',
  summary: 'What is running and what it waits for.',
  example: 'status',
  fields: { number: { ...NUMBER, about: 'The number of the deployment. Left out: everything that is open.' } },
  permission: 'view',
  answer: async ({ number }, incoming, desk) => {
    const view = desk.view(incoming)
    const found = number === undefined ? undefined : await desk.find(number)
    if (isProblem(found)) return found
    const shown = found === undefined ? desk.open() : [found]
    if (shown.length > 0) return { card: statusCard(shown, desk.now(), view), audience: 'channel' }
    const last = await desk.find(undefined)
    return { card: statusCard(isProblem(last) ? [] : [last], desk.now(), view), audience: 'channel' }
  },
}
