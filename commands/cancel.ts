/** The row of `cancel`. */
import { refuseCancel } from '../src/release/access.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { isProblem, type Problem, problem } from '../src/release/problems.ts'
import { type Command, NUMBER } from './command.ts'

export const cancel: Command<'cancel'> = {
  name: 'cancel',
  summary: 'End a deployment. Running steps are finished first, and what took effect is listed.',
  example: 'cancel #42',
  fields: { number: NUMBER },
  permission: 'view',
  answer: async ({ number }, incoming, desk) => {
    const deployment = await desk.find(number, incoming)
    if (isProblem(deployment)) return deployment
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

function refusedAs({ number, status, cancel }: Deployment): Problem {
  return cancel !== undefined && status === 'running'
    ? problem('request.already-cancelled', { number, name: cancel.actor.name })
    : problem('request.already-ended', { number, status })
}
