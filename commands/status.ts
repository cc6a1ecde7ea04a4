/** The row of `status`. */
import { mayDo } from '../src/release/access.ts'
import type { Deployment } from '../src/release/deployment.ts'
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
    const found = number === undefined ? undefined : await desk.find(number, incoming)
    if (isProblem(found)) return found
    const isVisible = ({ project }: Deployment) => mayDo(project, 'view', incoming.actor)
    const shown = found === undefined ? desk.open().filter(isVisible) : [found]
    if (shown.length > 0) return { card: statusCard(shown, desk.now(), view), audience: 'channel' }
    const last = await desk.find(undefined, incoming)
    const lastVisible = isProblem(last) || !isVisible(last) ? [] : [last]
    return { card: statusCard(lastVisible, desk.now(), view), audience: 'channel' }
  },
}
