/** The row of `history`. */
import { mayDo } from '../src/release/access.ts'
import { isProblem } from '../src/release/problems.ts'
import { historyCard } from '../src/release/report/status.ts'
import { type Command, PROJECT } from './command.ts'

export const history: Command<'history'> = {
  name: 'history',
  summary: 'The last deployments and how they ended.',
  example: 'history',
  fields: { project: PROJECT },
  permission: 'view',
  answer: async ({ project: name }, incoming, desk) => {
    const project = name === undefined ? undefined : desk.projectFor(name, incoming)
    if (isProblem(project)) return project
    const visible = desk.projects.filter((each) => mayDo(each, 'view', incoming.actor)).map((each) => each.name)
    const past = (await desk.history(SHOWN, project?.name)).filter((each) => visible.includes(each.project))
    return { card: historyCard(past, desk.view(incoming)), audience: 'channel' }
  },
}

/** As many as a phone shows in one look. */
const SHOWN = 20
