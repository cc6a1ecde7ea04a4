/** Finding what a person means: a project by its name or its channel, a deployment by its number or because it is the only one. */
import type { Incoming } from '../../ports/chat.ts'
import type { Desk } from '../../ports/desk.ts'
import type { Deployment } from '../../release/deployment.ts'
import { replay } from '../../release/machine.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import type { DeskOptions } from './options.ts'

export interface Finding extends Pick<Desk, 'projectFor' | 'find' | 'open'> {
  /** A deployment by its number, live or from the journal. */
  numbered(number: number): Promise<Deployment | Problem>
}

export function createFinding({
  projects,
  journal,
  live,
}: Pick<DeskOptions, 'projects' | 'journal' | 'live'>): Finding {
  const open = () => live.all().filter(({ endedAt }) => endedAt === undefined)

  const numbered: Finding['numbered'] = async (number) => {
    const known = live.get(number)
    if (known !== undefined) return known
    const deployment = replay((await journal.read(number)) ?? [])
    return 'brokenAt' in deployment ? problem('request.no-such-deployment', { number }) : deployment
  }

  /** Where several are open, which one is meant is not for the bot to guess. */
  const meant = async (incoming: Incoming): Promise<Deployment | Problem> => {
    const project = projectFor(projects, undefined, incoming)
    const here = isProblem(project) ? undefined : project.name
    const [only, second] = open().filter((deployment) => here === undefined || deployment.project.name === here)
    if (second !== undefined) return problem('request.which-deployment', {}, open().map(standing))
    if (only !== undefined) return only
    const newest = (await journal.history(1, here))[0]?.number
    return newest === undefined ? problem('request.no-deployment', {}) : numbered(newest)
  }

  return {
    open,
    numbered,
    projectFor: (name, incoming) => projectFor(projects, name, incoming),
    find: (number, incoming) => (number === undefined ? meant(incoming) : numbered(number)),
  }
}

/** Named, the default of the channel it was said in, or the only one there is. */
function projectFor(projects: readonly Project[], name: string | undefined, { place }: Incoming): Project | Problem {
  const names = projects.map((project) => project.name).join(', ')
  if (name !== undefined)
    return (
      projects.find((project) => project.name === name) ??
      problem('request.no-such-project', { project: name, projects: names })
    )
  const here = projects.filter(
    ({ channels }) => place.platform !== 'terminal' && channels[place.platform].includes(place.channel),
  )
  const [only, second] = here.length > 0 ? here : projects
  if (only === undefined || second !== undefined) return problem('request.which-project', { projects: names })
  return only
}

function standing({ number, project, release, status }: Deployment): string {
  return `#${number}: ${project.title} ${release.full}, ${status}`
}
