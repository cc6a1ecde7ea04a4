/**
 * The machine: a deployment is the fold of its events, and what is to be done next follows from the fold alone.
 * It knows no clock and starts nothing: it says what may begin, and writes that down in the same breath as the cause.
 */
import { createHash } from 'node:crypto'
import type { Deployment } from './deployment.ts'
import type { Event, NewEvent } from './event.ts'
import { beginnings, wakeAt } from './machine/due.ts'
import { fold } from './machine/fold.ts'
import { consequence } from './machine/recovery.ts'

/** What the machine wants done. `ask`: collect what the gate of a step has to show. `end`: see to it that nothing of it runs. `wake`: send `woken` at that time. */
export type MachineEffect =
  | { readonly do: 'run' | 'ask' | 'end'; readonly step: string; readonly attempt: number }
  /** End what runs; with `outside` also what changes something outside, which otherwise ends by itself. */
  | { readonly do: 'abort'; readonly outside: boolean }
  | { readonly do: 'wake'; readonly at: number }

export interface Advance {
  readonly deployment: Deployment
  /** To be written in one journal write, before any effect. Empty: the event was void and changed nothing. */
  readonly events: readonly Event[]
  readonly effects: readonly MachineEffect[]
}

/** Takes one event. A void event (late, foreign, refused, out of order) leaves everything as it was. */
export function step(deployment: Deployment | undefined, event: NewEvent): Advance | undefined {
  const sealed = seal(deployment, event)
  const folded = apply(deployment, sealed)
  if (folded === undefined) return undefined
  if (folded === deployment) return { deployment, events: [], effects: [] }
  return begin(folded, sealed)
}

/** Takes several events, each upon the one before it; undefined where one is void. */
export function stepAll(deployment: Deployment, events: readonly NewEvent[]): readonly (Advance | undefined)[] {
  let now = deployment
  return events.map((event) => {
    const advance = step(now, event)
    if (advance === undefined || advance.events.length === 0) return undefined
    now = advance.deployment
    return advance
  })
}

/** Folds one written event. Void events return the deployment they were given. */
function apply(deployment: Deployment | undefined, event: Event): Deployment | undefined {
  const folded = fold(deployment, event)
  if (folded === undefined || folded === deployment) return folded
  return { ...folded, head: digestOfEvent(event), eventCount: folded.eventCount + 1, lastEventAt: event.at }
}

/** The deployment that a journal holds, or the index of the first event that does not follow from the one before it. */
export function replay(events: readonly Event[]): Deployment | { readonly brokenAt: number } {
  let deployment: Deployment | undefined
  for (const [index, event] of events.entries()) {
    if (event.previousDigest !== (deployment?.head ?? '')) return { brokenAt: index }
    const folded = apply(deployment, event)
    if (folded === undefined || folded === deployment) return { brokenAt: index }
    deployment = folded
  }
  return deployment ?? { brokenAt: 0 }
}

/** Sha256, hex, of an event as it is written. */
export function digestOfEvent(event: Event): string {
  return createHash('sha256').update(JSON.stringify(event)).digest('hex')
}

/** What has to be done for a deployment that was read from its journal, as if its last event had just come. */
export function resume(deployment: Deployment): readonly MachineEffect[] {
  const interrupted = deployment.plan.flatMap(({ id }): MachineEffect[] => {
    const { status, attempt } = deployment.steps[id] ?? { status: 'pending', attempt: 0 }
    if (status === 'running') return [{ do: 'run', step: id, attempt }]
    return status === 'asking' ? [{ do: 'ask', step: id, attempt }] : []
  })
  return [...interrupted, ...standing(deployment)]
}

/** Writes down what follows and what begins now: the cause and its consequences are one journal write. */
function begin(from: Deployment, cause: Event): Advance {
  const events: Event[] = [cause]
  const effects: MachineEffect[] = []
  let deployment = from
  for (let follows = consequence(deployment, cause.at); follows; follows = consequence(deployment, cause.at)) {
    const sealed = seal(deployment, follows)
    const after = apply(deployment, sealed)
    if (after === undefined || after === deployment) break
    deployment = after
    events.push(sealed)
  }
  const folded = deployment
  for (const { step, attempt, part } of beginnings(folded)) {
    const begun = seal(deployment, { type: 'begun', step, attempt, part, at: cause.at })
    const after = apply(deployment, begun)
    if (after === undefined || after === deployment) continue
    deployment = after
    events.push(begun)
    effects.push({ do: part, step, attempt })
  }
  return { deployment, events, effects: [...effects, ...standing(deployment)] }
}

/** Effects that hold for as long as the deployment is in its state: stopping what runs, and the next time to look. */
function standing(deployment: Deployment): readonly MachineEffect[] {
  const at = wakeAt(deployment)
  const stopping = deployment.cancel !== undefined && deployment.endedAt === undefined
  return [
    ...(stopping ? [{ do: 'abort' as const, outside: deployment.cancel?.again === true }] : []),
    ...(at === undefined ? [] : [{ do: 'wake' as const, at }]),
  ]
}

function seal(deployment: Deployment | undefined, event: NewEvent): Event {
  return { ...event, previousDigest: deployment?.head ?? '' }
}
