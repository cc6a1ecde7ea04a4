/** The row of `rollback`. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Answer, Desk } from '../src/ports/desk.ts'
import { isProblem, type Problem, problem } from '../src/release/problems.ts'
import { goodVersionsCard } from '../src/release/report/versions.ts'
import { numberedTarget, type RequestOf } from '../src/release/request.ts'
import { COMPONENTS } from '../src/release/undo.ts'
import { type Command, PROJECT } from './command.ts'

export const rollback: Command<'rollback'> = {
  name: 'rollback',
  summary: 'Go back: asks which plan, and does nothing before somebody approves one.',
  example: 'rollback #42',
  fields: {
    target: {
      as: 'word',
      value: 'text',
      shown: '#number or version',
      about: 'What to roll back, or the version to go back to. Left out: the last good versions are offered.',
      required: false,
      hint: 'released version',
    },
    only: {
      as: 'option',
      name: 'only',
      shown: '<part>',
      about: 'One part alone: vps, aur, build or git.',
      choices: COMPONENTS,
    },
    project: PROJECT,
  },
  permission: 'deploy',
  concerns: 'project',
  answer: async (request, incoming, desk) => {
    const { target, only: word } = request
    const only = COMPONENTS.find((each) => each === word)
    if (word !== undefined && only === undefined)
      return problem('request.no-component', { word, copy: target === undefined ? 'rollback' : `rollback ${target}` })
    const number = numberedTarget(request)
    if (number === undefined) return toVersion(request, incoming, desk)
    const deployment = await desk.find(number, incoming)
    return isProblem(deployment) ? deployment : desk.rollback(deployment, incoming, only)
  },
}

/** To a version that was released before, or the versions that can be named. */
async function toVersion(
  { target, project: name }: RequestOf<'rollback'>,
  incoming: Incoming,
  desk: Desk,
): Promise<Answer | Problem | undefined> {
  const project = desk.projectFor(name, incoming)
  if (isProblem(project)) return project
  if (target !== undefined) return desk.rollbackTo(project, target, incoming)
  const versions = await desk.goodVersions(project)
  if (versions.length === 0) return problem('request.nothing-good', { project: project.title })
  return { card: goodVersionsCard(project, versions), audience: 'channel' }
}
