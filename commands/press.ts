/** A press, by button or by typed command: bound to the digest that was shown, and told plainly where it does not count. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Answer, Desk } from '../src/ports/desk.ts'
import { refusePress } from '../src/release/approvals.ts'
import { refuseElsewhere } from '../src/release/asked-on.ts'
import type { Deployment } from '../src/release/deployment.ts'
import type { Choice, Gate } from '../src/release/gate.ts'
import { isProblem, type Problem, problem } from '../src/release/problems.ts'

/** What was answered. `plan`: which of several plans a typed approval means. */
interface Said {
  readonly choice: Choice
  /** The version, where it was typed. */
  readonly typed?: string | undefined
  readonly plan?: string | undefined
  readonly override?: string | undefined
  readonly reason?: string | undefined
}

/**
 * Hands the press to the machine, which decides. A typed command carries no digest and means the question that is open now;
 * an approval only once there was time to read it.
 * Nothing comes back where the press counted: the gate's own card says who answered.
 */
export async function press(
  number: number,
  said: Said,
  incoming: Incoming,
  desk: Desk,
): Promise<Answer | Problem | undefined> {
  const deployment = await desk.find(number, incoming)
  if (isProblem(deployment)) return deployment
  const wish = wishFor(deployment, said, incoming, desk.now())
  if (isProblem(wish)) return wish
  const refused = refusePress(deployment, { ...wish, at: desk.now() })
  if (refused !== undefined) return refused
  const counted = await desk.send(number, wish)
  return counted === undefined ? lateAnswer(number, said, incoming, desk) : undefined
}

/** Somebody else was faster: the machine voided the press, and the deployment as it is now says why. */
async function lateAnswer(number: number, said: Said, incoming: Incoming, desk: Desk): Promise<Problem> {
  const now = await desk.find(number, incoming)
  if (isProblem(now)) return now
  const wish = wishFor(now, said, incoming, desk.now())
  if (isProblem(wish)) return wish
  return refusePress(now, { ...wish, at: desk.now() }) ?? problem('gate.none', { number, status: now.status })
}

/**
 * The press as an event: on the gate whose digest the button showed, otherwise on the newest one. A button is only where its
 * question is shown; of what is typed, the place says whether it was.
 */
function wishFor(deployment: Deployment, said: Said, { id: delivery, actor, digest, place }: Incoming, now: number) {
  const gate = deployment.gates.findLast((each) => isOf(each, digest)) ?? deployment.gates.at(-1)
  if (gate === undefined) return problem('gate.none', { number: deployment.number, status: deployment.status })
  const elsewhere = digest === undefined ? refuseElsewhere(deployment, gate, place) : undefined
  if (elsewhere !== undefined) return elsewhere
  const meant = digest ?? digestFor(gate, said)
  if (meant === undefined) return whichPlan(deployment, gate, said.plan)
  if (digest === undefined && said.choice === 'approve' && isUnread(gate, now)) return unread(deployment, gate, now)
  const { choice, reason, override, typed } = said
  return {
    ...{ type: 'pressed' as const, gate: gate.id, digest: meant, choice, actor, delivery },
    ...(digest === undefined && { place }),
    ...(reason !== undefined && { reason }),
    ...(override !== undefined && { override }),
    ...(typed !== undefined && { typed }),
  }
}

/** Who typed was perhaps still reading the question before, which was another one. */
const READING_MS = 15_000

function isUnread({ status, differs, openedAt }: Gate, now: number): boolean {
  return status === 'open' && differs.length > 0 && now - openedAt < READING_MS
}

function unread({ number }: Deployment, { differs, openedAt }: Gate, now: number): Problem {
  const seconds = Math.round((now - openedAt) / 1000)
  return problem('gate.just-asked', { number, seconds, differs: differs.join(', ') })
}

function isOf({ digest, options }: Gate, shown: string | undefined): boolean {
  return digest === shown || options.some((option) => option.digest === shown)
}

/** What a typed answer is about; undefined where it has to name one of several plans and does not. */
function digestFor({ digest, options }: Gate, { choice, plan }: Said): string | undefined {
  if (choice !== 'approve' || options.length === 0) return digest
  const [only, second] = options
  return (second === undefined ? only : options.find(({ name }) => name === plan))?.digest
}

function whichPlan({ number }: Deployment, { options }: Gate, plan: string | undefined): Problem {
  const lines = options.map(({ name, label }) => `${name}: ${label}`)
  return problem('gate.which-plan', { number, plan: plan ?? 'none', first: options[0]?.name ?? '' }, lines)
}
