/** The row of `cancel`. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Desk } from '../src/ports/desk.ts'
import { refuseAccess, refuseCancel } from '../src/release/access.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { isChosen } from '../src/release/machine/phases.ts'
import { freeAt } from '../src/release/machine/slot.ts'
import { isProblem, type Problem, problem } from '../src/release/problems.ts'
import { clock } from '../src/release/report/view.ts'
import { type Command, NUMBER } from './command.ts'

export const cancel: Command<'cancel'> = {
  name: 'cancel',
  summary: 'End a deployment. What changes something outside is finished first; the rest ends at once.',
  example: 'cancel #42',
  fields: {
    number: NUMBER,
    free: {
      as: 'flag',
      name: 'free',
      about: 'An admin lets the next deployment begin, 10 min after a cancel, although something may still run.',
    },
  },
  permission: 'view',
  concerns: 'deployment',
  answer: async ({ number, free }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
    if (free) return freeSlot(deployment, incoming, desk)
    const refused = refuseCancel(deployment, incoming.actor)
    if (refused !== undefined) return refused
    const taken = await desk.send(deployment.number, {
      type: 'cancelled',
      actor: incoming.actor,
      delivery: incoming.id,
    })
    if (taken !== undefined) return undefined
    return refusedAs(deployment)
  },
}

async function freeSlot(deployment: Deployment, incoming: Incoming, desk: Desk): Promise<Problem | undefined> {
  const { project, number } = deployment
  const { actor, id: delivery } = incoming
  const refused = refuseAccess(project, 'admin', actor)
  if (refused !== undefined) return refused
  if ((await desk.send(number, { type: 'freed', actor, delivery })) !== undefined) return undefined
  const from = freeAt(deployment)
  if (deployment.endedAt !== undefined) return refusedAs(deployment)
  if (from === undefined) return problem('request.free-uncancelled', { number })
  return problem('request.free-early', { number, time: clock(from, desk.now(), desk.view(incoming)) })
}

function refusedAs(deployment: Deployment): Problem {
  const { number, status, cancel, endedAt } = deployment
  if (endedAt === undefined && isChosen(deployment)) return problem('request.cancel-undo', { number })
  return cancel !== undefined && status === 'running'
    ? problem('request.already-cancelled', { number, name: cancel.actor.name })
    : problem('request.already-ended', { number, status })
}
