/** The row of `deploy`. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Answer, Desk } from '../src/ports/desk.ts'
import { isProblem, type Problem } from '../src/release/problems.ts'
import type { Project } from '../src/release/project.ts'
import { choicesCard } from '../src/release/report/choices.ts'
import { joinedCard } from '../src/release/report/status.ts'
import type { RequestOf } from '../src/release/request.ts'
import { type Command, PROJECT } from './command.ts'
import { lineOf } from './written.ts'

export const deploy: Command<'deploy'> = {
  name: 'deploy',
  summary: 'Release a version. Without one: offers the versions that could come next.',
  example: 'deploy 3.1.3',
  fields: {
    target: {
      as: 'word',
      value: 'text',
      shown: 'version',
      about: '3.1.3, 3.1.3+002, or patch, minor, major, build.',
      required: false,
      hint: 'next version',
    },
    dryRun: { as: 'flag', name: 'dry-run', about: 'Print every command and run only the checks; nothing is changed.' },
    notes: { as: 'option', name: 'notes', shown: '"…"', about: 'Release notes in place of the list of commits.' },
    override: {
      as: 'option',
      name: 'override',
      shown: '"…"',
      about: 'Why it cannot wait for the end of a freeze; admins only, and on record.',
    },
    project: PROJECT,
  },
  permission: 'deploy',
  concerns: 'project',
  answer: async (request, incoming, desk) => {
    const project = desk.projectFor(request.project, incoming)
    if (isProblem(project)) return project
    if (!request.dryRun && incoming.noHome !== undefined) return incoming.noHome
    if (request.target === undefined) return offer(request, project, incoming, desk)
    if (request.dryRun) {
      const resolved = await desk.resolve(project, request.target)
      if (isProblem(resolved)) return forProject(resolved, request.project)
      const card = await desk.dryRun(project, resolved, incoming, request.notes)
      return isProblem(card) ? card : { card, audience: 'channel' }
    }
    const entered = await desk.deploy(project, { ...request, target: request.target }, incoming)
    if (isProblem(entered)) return forProject(entered, request.project)
    if (!entered.joined) return undefined
    return { card: joinedCard(entered.deployment, desk.now(), desk.view(incoming), request.notes), audience: 'channel' }
  },
}

/** The corrected command is about the project that was named, too. */
function forProject(refusal: Problem, project: string | undefined): Problem {
  const { copy } = refusal
  return copy === undefined || project === undefined ? refusal : { ...refusal, copy: `${copy} --project ${project}` }
}

/** `deploy` without a version: those that could come next, each with the options that were given. */
async function offer(
  { kind: _, ...options }: RequestOf<'deploy'>,
  project: Project,
  incoming: Incoming,
  desk: Desk,
): Promise<Answer | Problem> {
  const [choices, released] = await Promise.all([desk.choices(project), desk.released(project)])
  if (isProblem(choices)) return choices
  if (isProblem(released)) return released
  const named = desk.projects.length > 1 ? { project: project.name } : {}
  const command = (target: string) => lineOf(deploy, { ...options, ...named, target })
  const wish = { dryRun: options.dryRun, command }
  const card = choicesCard(project, choices, released?.release, wish, desk.view(incoming))
  return { card, audience: 'channel' }
}
