/** From what was asked to what is written down: the version made exact, the door of the project, and the first event. */
import type { Incoming } from '../../ports/chat.ts'
import type { Desk } from '../../ports/desk.ts'
import type { Summary } from '../../ports/journal.ts'
import type { Baseline } from '../../release/deployment.ts'
import type { NewEvent } from '../../release/event.ts'
import { learnedPlan } from '../../release/learned.ts'
import { replay } from '../../release/machine.ts'
import { planFor } from '../../release/plan/expand.ts'
import { isProblem, type Problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { choices, resolveTarget, type TargetContext } from '../../release/target.ts'
import { spentReleases } from '../../release/version/spent.ts'
import { type Admitted, createDoor } from '../door.ts'
import { homeOf } from '../home.ts'
import { inUse, LOOK_BACK, startedReleases } from '../versions.ts'
import type { Finding } from './finding.ts'
import type { DeskOptions } from './options.ts'

export interface Requesting extends Pick<Desk, 'released' | 'choices' | 'resolve' | 'deploy' | 'dryRun'> {
  /** What ended lately of a project, newest first. */
  past(project: Project): Promise<readonly Summary[]>
  /** The first event of a release as it would be written. */
  requested(
    number: number,
    project: Project,
    admitted: Admitted,
    incoming: Incoming,
  ): Promise<NewEvent & { readonly type: 'requested' }>
}

export function createRequesting(options: DeskOptions, finding: Finding, view: Desk['view']): Requesting {
  const { journal, clock, live, locks, world } = options
  const past: Requesting['past'] = (project) => journal.history(LOOK_BACK, project.name)

  const contextFor = async (project: Project): Promise<{ target: TargetContext; previous?: Baseline } | Problem> => {
    const history = await past(project)
    const previous = await world.released(project, history)
    if (isProblem(previous)) return previous
    const target = {
      ...(previous && { released: previous.release }),
      started: startedReleases(project, history, live.all()),
      spent: spentReleases(history),
      hasBuild: project.version.source.kind === 'pubspec',
      packaged: project.aur !== undefined,
      buildAmbiguous: world.ambiguousTemplates(project),
    }
    return previous === undefined ? { target } : { target, previous: inUse(previous, history) }
  }

  const resolve: Desk['resolve'] = async (project, target) => {
    const context = await contextFor(project)
    if (isProblem(context)) return context
    const release = resolveTarget(target, context.target)
    if (isProblem(release)) return release
    return { release, ...(context.previous && { previous: context.previous }) }
  }

  const requested: Requesting['requested'] = async (number, project, admitted, incoming) => ({
    type: 'requested',
    number,
    kind: 'release',
    project,
    plan: learnedPlan(planFor(project), await past(project)),
    at: clock.now(),
    ...admitted,
    requester: incoming.actor,
    place: homeOf(project, incoming.place, options.chats),
    delivery: incoming.id,
  })

  const deploy = createDoor({
    locks,
    clock,
    open: (project) => finding.open().filter((deployment) => deployment.project.name === project.name),
    resolve,
    begin: async (project, admitted, incoming) =>
      live.begin(await requested(await journal.nextNumber(), project, admitted, incoming)),
    joinedBefore: async (project, delivery) => {
      const open = live.all().find(({ joined }) => joined.includes(delivery))
      const ended = (await past(project)).find(({ joined }) => joined?.includes(delivery))
      const found = open ?? (ended && (await finding.numbered(ended.number)))
      return isProblem(found) ? undefined : found
    },
    joined: ({ number }, actor, message) => live.send(number, { type: 'joined', actor, message, at: clock.now() }),
    view,
  })

  return {
    past,
    requested,
    resolve,
    deploy,
    released: async (project) => world.released(project, await past(project)),
    choices: async (project) => {
      const context = await contextFor(project)
      return isProblem(context) ? context : choices(context.target)
    },
    dryRun: async (project, resolved, incoming, notes) => {
      const admitted = { ...resolved, queuedAfter: [], ...(notes !== undefined && { notes }) }
      const [newest] = await journal.history(1)
      const next = 1 + Math.max(0, newest?.number ?? 0, ...live.all().map(({ number }) => number))
      const deployment = replay([{ ...(await requested(next, project, admitted, incoming)), previousDigest: '' }])
      if ('brokenAt' in deployment) throw new Error('a dry run begins with what was requested')
      return world.dryRun(deployment)
    },
  }
}
