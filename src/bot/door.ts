/** The door of a project: one after the other people are let in, join what is under way, or are refused. */

import type { Incoming } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Entered, Resolved, Wanted } from '../ports/desk.ts'
import { refuseAccess } from '../release/access.ts'
import type { Actor } from '../release/actor.ts'
import type { Deployment, Override } from '../release/deployment.ts'
import { joins } from '../release/join.ts'
import { isProblem, type Problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { refuseBarred } from '../release/report/bar.ts'
import type { View } from '../release/report/view.ts'
import type { Locks } from './locks.ts'

export interface DoorOptions {
  readonly locks: Locks
  readonly clock: Clock
  /** Deployments of the project that have not ended, in the order of their turn. */
  open(project: Project): readonly Deployment[]
  resolve(project: Project, target: string): Promise<Resolved | Problem>
  /** Writes the request down and queues it. */
  begin(project: Project, admitted: Admitted, incoming: Incoming): Promise<Deployment>
  /** The deployment that this very delivery came to before, if it did. */
  joinedBefore(project: Project, delivery: string): Promise<Deployment | undefined>
  /** Writes down that somebody was told of a deployment under way. */
  joined(deployment: Deployment, actor: Actor, delivery: string): Promise<unknown>
  view(incoming: Incoming): View
}

/** What of a request is written down. */
export interface Admitted extends Resolved {
  readonly notes?: string
  readonly override?: Override
  /** What was open at any time while the version was looked up: what that read may be of before such a one ended. */
  readonly queuedAfter: readonly number[]
}

export type Door = (project: Project, wanted: Wanted, incoming: Incoming) => Promise<Entered | Problem>

/** What the world says takes time, so what was true before is asked again after it; only then is the request written. */
export function createDoor(options: DoorOptions): Door {
  const turns = new Map<string, Promise<unknown>>()

  const inTurn = <T>(project: Project, task: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(project.name) ?? Promise.resolve()).then(task)
    turns.set(
      project.name,
      turn.catch(() => {}),
    )
    return turn
  }

  const enter: Door = async (project, wanted, incoming) => {
    const before = await options.joinedBefore(project, incoming.id)
    if (before !== undefined) return { deployment: before, joined: true }
    const early = await turnedAway(project, wanted, incoming)
    if (isProblem(early)) return early
    const ahead = options.open(project)
    const joined = joins(wanted.target, ahead)
    if (joined !== undefined) return join(joined, incoming)
    const resolved = await options.resolve(project, wanted.target)
    if (isProblem(resolved)) return resolved
    const override = await turnedAway(project, wanted, incoming)
    if (isProblem(override)) return override
    const meant = joins(resolved.release.full, options.open(project))
    if (meant !== undefined) return join(meant, incoming)
    const queuedAfter = [...new Set([...ahead, ...options.open(project)].map(({ number }) => number))]
    const { notes } = wanted
    const admitted = { ...resolved, queuedAfter, ...(notes !== undefined && { notes }), ...(override && { override }) }
    return { deployment: await options.begin(project, admitted, incoming), joined: false }
  }

  /** Written down, so that the same delivery does not start one of its own once this one is over. */
  const join = async (deployment: Deployment, { actor, id }: Incoming): Promise<Entered> => {
    await options.joined(deployment, actor, id)
    return { deployment, joined: true }
  }

  /** The refusal where a lock or a freeze bars the way, or how an admin goes through a freeze all the same. */
  const turnedAway = async (project: Project, wanted: Wanted, incoming: Incoming) => {
    const bar = options.locks.bar(project)
    if (bar === undefined) return undefined
    if (bar.kind === 'freeze' && wanted.override !== undefined) {
      const { actor } = incoming
      return refuseAccess(project, 'admin', actor) ?? { actor, reason: wanted.override, freeze: bar.rule }
    }
    if (bar.kind === 'lock') await options.locks.remember(project, incoming)
    return refuseBarred(project, bar, options.clock.now(), overriding(wanted), options.view(incoming))
  }

  return (project, wanted, incoming) => inTurn(project, () => enter(project, wanted, incoming))
}

function overriding({ target }: Wanted): string {
  return `deploy ${target} --override "why it cannot wait"`
}
