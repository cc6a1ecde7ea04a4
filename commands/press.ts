/** A press, by button or by typed command: bound to the digest that was shown, and told plainly where it does not count. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Answer, Desk } from '../src/ports/desk.ts'
import { refusePress } from '../src/release/approvals.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { isProblem, type Problem, problem } from '../src/release/problems.ts'

type Choice = 'approve' | 'deny'

/**
 * Hands the press to the machine, which decides. A typed command carries no digest and means the question that is open now.
 * Nothing comes back where the press counted: the gate's own card says who answered.
 */
export async function press(
  number: number,
  choice: Choice,
  incoming: Incoming,
  desk: Desk,
  reason?: string,
): Promise<Answer | Problem | undefined> {
  const deployment = await desk.find(number, incoming)
  if (isProblem(deployment)) return deployment
  const wish = wishFor(deployment, choice, incoming, reason)
  if (wish === undefined) return problem('gate.none', { number, status: deployment.status })
  const refused = refusePress(deployment, { ...wish, at: desk.now() })
  if (refused !== undefined) return refused
  const counted = await desk.send(number, wish)
  return counted === undefined ? lateAnswer(number, choice, incoming, desk, reason) : undefined
}

/** Somebody else was faster: the machine voided the press, and the deployment as it is now says why. */
async function lateAnswer(
  number: number,
  choice: Choice,
  incoming: Incoming,
  desk: Desk,
  reason?: string,
): Promise<Problem> {
  const now = await desk.find(number, incoming)
  if (isProblem(now)) return now
  const wish = wishFor(now, choice, incoming, reason)
  const why = wish && refusePress(now, { ...wish, at: desk.now() })
  return why ?? problem('gate.none', { number, status: now.status })
}

/** The press as an event: on the gate whose digest the button showed, otherwise on the newest one. */
function wishFor(deployment: Deployment, choice: Choice, { id: delivery, actor, digest }: Incoming, reason?: string) {
  const shown = deployment.gates.findLast((gate) => gate.digest === digest)
  const gate = shown ?? deployment.gates.at(-1)
  if (gate === undefined) return undefined
  const asked = { type: 'pressed' as const, gate: gate.id, digest: digest ?? gate.digest, choice, actor, delivery }
  return reason === undefined ? asked : { ...asked, reason }
}
