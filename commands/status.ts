/** The row of `status`. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Desk } from '../src/ports/desk.ts'
import { mayDo } from '../src/release/access.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { isProblem } from '../src/release/problems.ts'
import { deploymentCard, type Overview, statusCard } from '../src/release/report/status.ts'
import { type Command, NUMBER } from './command.ts'

export const status: Command<'status'> = {
  name: 'status',
  summary: 'What is running, queued or locked, what it waits for, and the last result.',
  example: 'status',
  fields: { number: { ...NUMBER, about: 'The number of the deployment. Left out: everything that is open.' } },
  permission: 'view',
  concerns: 'everything',
  answer: async ({ number }, incoming, desk) => {
    const view = desk.view(incoming)
    if (number === undefined)
      return { card: statusCard(await overviewFor(incoming, desk), desk.now(), view), audience: 'channel' }
    const found = await desk.find(number, incoming)
    return isProblem(found) ? found : { card: deploymentCard(found, desk.now(), view), audience: 'channel' }
  },
}

/** Of the projects that this person may look at. */
async function overviewFor(incoming: Incoming, desk: Desk): Promise<Overview> {
  const projects = desk.projects.filter((project) => mayDo(project, 'view', incoming.actor))
  const isVisible = ({ project }: Deployment) => mayDo(project, 'view', incoming.actor)
  const open = desk.open().filter(isVisible)
  const barred = projects.flatMap((project) => {
    const bar = desk.bar(project)
    return bar === undefined ? [] : [{ title: project.title, bar }]
  })
  const last = await Promise.all(
    projects.map(async ({ name, title }) => (await desk.history(1, name)).map((past) => ({ title, past }))),
  )
  const newest = open.length > 0 ? undefined : await desk.find(undefined, incoming)
  const shown = newest === undefined || isProblem(newest) || !isVisible(newest) ? undefined : newest
  return { open, barred, last: last.flat(), ...(shown && { newest: shown }) }
}
