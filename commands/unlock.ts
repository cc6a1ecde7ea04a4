/** The row of `unlock`. */
import { isProblem } from '../src/release/problems.ts'
import type { Project } from '../src/release/project.ts'
import { unlockedCard } from '../src/release/report/lock.ts'
import { type Command, PROJECT } from './command.ts'

export const unlock: Command<'unlock'> = {
  name: 'unlock',
  summary: 'Lift a lock: by who set it or an admin, after a rollback by an approver.',
  example: 'unlock',
  fields: {
    lock: {
      as: 'word',
      value: 'text',
      shown: 'lock',
      about: 'Which lock, as its card names it: another one stays. Left out: the one that stands.',
      required: false,
    },
    project: PROJECT,
  },
  permission: 'view',
  concerns: 'everything',
  answer: async ({ lock, project: name }, incoming, desk) => {
    const project = desk.projectFor(name ?? projectOf(lock, desk.projects), incoming)
    if (isProblem(project)) return project
    const lifted = await desk.unlock(project, incoming, lock === project.name ? undefined : lock)
    if (isProblem(lifted)) return lifted
    const { actor } = incoming
    return { card: unlockedCard(project, lifted, actor.name, desk.now(), desk.view(incoming)), audience: 'channel' }
  },
}

/** The id of a lock begins with its project: `harbour-7`. */
function projectOf(lock: string | undefined, projects: readonly Project[]): string | undefined {
  const named = lock?.replace(/-\d+$/, '')
  return projects.find(({ name }) => name === lock || name === named)?.name
}
