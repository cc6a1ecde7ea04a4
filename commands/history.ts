/** The row of `history`. */
import { mayDo } from '../src/release/access.ts'
import { isProblem } from '../src/release/problems.ts'
import { auditCard } from '../src/release/report/audit.ts'
import { historyCard } from '../src/release/report/history.ts'
import { type Command, PROJECT } from './command.ts'

export const history: Command<'history'> = {
  name: 'history',
  summary: 'The last deployments and how they ended.',
  example: 'history',
  fields: {
    audit: {
      as: 'flag',
      name: 'audit',
      about: 'Who asked, pressed, overrode, locked, cancelled or was refused, and from where.',
    },
    chart: { as: 'flag', name: 'chart', about: 'The last 30 as a picture.' },
    project: PROJECT,
  },
  permission: 'view',
  concerns: 'everything',
  answer: async ({ project: name, audit, chart }, incoming, desk) => {
    const project = name === undefined ? undefined : desk.projectFor(name, incoming)
    if (isProblem(project)) return project
    const visible = desk.projects.filter((each) => mayDo(each, 'view', incoming.actor)).map((each) => each.name)
    if (audit) {
      const asked = project === undefined ? visible : visible.filter((each) => each === project.name)
      const card = auditCard(await desk.audit(asked, AUDITED), desk.now(), desk.view(incoming))
      return { card, audience: 'channel' }
    }
    const past = (await desk.history(COUNTED, project?.name)).filter((each) => visible.includes(each.project))
    return { card: historyCard(past, desk.view(incoming), chart), audience: 'channel' }
  },
}

/** Those that are counted; fewer are shown. */
const COUNTED = 100
const AUDITED = 40
