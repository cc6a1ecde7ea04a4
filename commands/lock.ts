/** The row of `lock`. */
import { isProblem } from '../src/release/problems.ts'
import { lockedCard } from '../src/release/report/lock.ts'
import { type Command, PROJECT } from './command.ts'

export const lock: Command<'lock'> = {
  name: 'lock',
  summary: 'Let nothing new be deployed until it is unlocked. What runs goes on.',
  example: 'lock the database is being moved',
  fields: {
    reason: { as: 'word', value: 'rest', shown: 'reason', about: 'Why, for everybody who meets it.', required: false },
    project: PROJECT,
  },
  permission: 'deploy',
  concerns: 'project',
  answer: async ({ project: name, reason }, incoming, desk) => {
    const project = desk.projectFor(name, incoming)
    if (isProblem(project)) return project
    const set = await desk.lock(project, incoming, reason)
    if (isProblem(set)) return set
    return { card: lockedCard(project, set, desk.now(), desk.view(incoming)), audience: 'channel' }
  },
}
