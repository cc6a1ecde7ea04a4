/** The slot of a project is free when nothing of its deployment runs any more, here and on the servers, or when an admin takes it. */
import type { Actor } from '../actor.ts'
import type { Deployment, StepState } from '../deployment.ts'
import { problem } from '../problems.ts'

/** What is not seen to have ended for so long after a cancel may be left to itself. */
const PATIENCE_MS = 10 * 60_000

/** Whether a script that was started on a server has not been seen to have ended. */
export function isUnproved(deployment: Deployment): boolean {
  return deployment.freed === undefined && scriptsOf(deployment).length > 0
}

/** The scripts on servers that were not seen to have ended, by their steps. Staging runs none; journals of before name its folder as if it did. */
export function scriptsOf({ steps }: Pick<Deployment, 'steps'>) {
  return Object.entries(steps).flatMap(([step, { job }]) =>
    job === undefined || step.startsWith('vps.stage:') ? [] : [{ step, ...job }],
  )
}

/** What has to be begun again, in a cancelled deployment, only to end it. */
export function endings({ steps, cancel, freed }: Deployment) {
  if (cancel === undefined || freed !== undefined) return []
  return Object.entries(steps).flatMap(([step, { status, job, attempt }]) =>
    status === 'failed' && job !== undefined ? [{ step, attempt: attempt + 1, part: 'end' as const }] : [],
  )
}

/** From when on an admin may free the slot, ms since the epoch; undefined where that is not the question. */
export function freeAt(deployment: Deployment): number | undefined {
  const { cancel, endedAt } = deployment
  return cancel === undefined || endedAt !== undefined ? undefined : cancel.at + PATIENCE_MS
}

/** Everything that is not known to have ended is left to itself; what it was stays on record. */
export function freed(deployment: Deployment, actor: Actor, at: number): Deployment {
  const from = freeAt(deployment)
  if (from === undefined || at < from) return deployment
  const steps = Object.entries(deployment.steps).map(([id, state]): [string, StepState] => {
    if (state.status !== 'running' && state.status !== 'asking') return [id, state]
    const reason = problem('step.freed', { step: id, name: actor.name, number: deployment.number })
    return [id, { ...state, status: 'failed', endedAt: at, problem: reason }]
  })
  return { ...deployment, steps: Object.fromEntries(steps), freed: { actor, at } }
}
