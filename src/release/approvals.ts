/** Who may press what, for which exact content, until when: the rules of a gate. The gate itself lives in the machine. */
import { createHash } from 'node:crypto'
import { mayDo, personOf, whoMay } from './access.ts'
import type { Actor, Deployment, Gate, NewEvent } from './deployment.ts'
import { type Problem, problem } from './problems.ts'

export type PressEvent = NewEvent & { readonly type: 'pressed' }

/** Sha256, hex, of what a gate is bound to. Names are sorted, so the order of collecting does not matter. */
export function digestOf(bound: Readonly<Record<string, string>>): string {
  const entries = Object.entries(bound).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}

/** Names of bound facts whose value differs between two contents, sorted. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => before[name] !== after[name]).sort()
}

/** The problem with a press, or undefined where it counts. Judged by the fold alone, so a replay judges the same. */
export function refusePress(deployment: Deployment, press: PressEvent): Problem | undefined {
  const gate = deployment.gates.find(({ id }) => id === press.gate)
  const number = deployment.number
  if (gate === undefined) return problem('gate.none', { number, status: deployment.status })
  if (gate.status !== 'open') return problem('gate.closed', { number, ended: howItEnded(deployment, gate) })
  if (!isShown(gate, press)) return problem('gate.other-content', { number })
  if (gate.expiresAt !== undefined && press.at >= gate.expiresAt)
    return problem('gate.expired', { number, time: clockTime(gate.expiresAt) })
  return refuseActor(deployment, gate, press)
}

/** The gate's status after a press that counts: approved once enough different people approved. */
export function statusAfter(deployment: Deployment, gate: Gate): Gate['status'] {
  if (gate.presses.some(({ choice }) => choice === 'deny')) return 'denied'
  const digest = gate.presses.at(-1)?.digest
  const have = approvers(deployment, gate, digest).size
  return have > 0 && have >= deployment.project.approvals.needed ? 'approved' : 'open'
}

/** The name of the plan that was approved at a step's gate, where it offers several. */
export function approvedOption(deployment: Deployment, step: string): string | undefined {
  const gate = approvalOf(deployment, step)
  const digest = gate?.presses.at(-1)?.digest
  return gate?.options.find((option) => option.digest === digest)?.name
}

/** What a press has to carry: the digest of one of the plans where there are several, otherwise the gate's own. */
function isShown({ digest, options }: Gate, press: PressEvent): boolean {
  const isOption = options.some((option) => option.digest === press.digest)
  return isOption || (press.digest === digest && (options.length === 0 || press.choice === 'deny'))
}

/** The approval that a gated step runs under, if its newest gate has one. */
export function approvalOf(deployment: Deployment, step: string): Gate | undefined {
  const newest = deployment.gates.findLast((gate) => gate.step === step)
  return newest?.status === 'approved' ? newest : undefined
}

function refuseActor(deployment: Deployment, gate: Gate, press: PressEvent): Problem | undefined {
  const { project, number } = deployment
  const { actor } = press
  const { name, platform, account } = actor
  if (!actor.vouched) return problem('gate.unvouched', { command: `${press.choice} #${number}` })
  if (!mayDo(project, 'approve', actor)) {
    const who = { roles: rolesFor(deployment), others: othersThan(deployment, actor) }
    return problem('gate.not-granted', { name, platform, account, ...who })
  }
  if (press.choice === 'deny') return undefined
  const others = othersThan(deployment, actor)
  if (isRequester(deployment, actor) && !requesterMayApprove(deployment, gate))
    return problem('gate.requester', { name, others })
  const have = approvers(deployment, gate, press.digest)
  if (!have.has(personOf(project, actor))) return undefined
  return problem('gate.twice', { name, needed: project.approvals.needed, have: have.size, others })
}

/** The different people who approved exactly this. */
function approvers(deployment: Deployment, gate: Gate, digest: string | undefined): ReadonlySet<string> {
  const approvals = gate.presses.filter((press) => press.choice === 'approve' && press.digest === digest)
  return new Set(approvals.map(({ actor }) => personOf(deployment.project, actor)))
}

function isRequester(deployment: Deployment, actor: Actor): boolean {
  return personOf(deployment.project, actor) === personOf(deployment.project, deployment.requester)
}

function requesterMayApprove({ project }: Deployment, gate: Gate): boolean {
  const rules = gate.name === 'rollback' ? project.approvals.rollback : project.approvals
  return rules.requesterMayApprove
}

function rolesFor({ project }: Deployment): string {
  const grant = project.access.approve
  if (grant === 'everyone') return 'everyone'
  return grant.length === 0 ? 'none is configured' : grant.join(', ')
}

function othersThan({ project }: Deployment, actor: Actor): string {
  const names = whoMay(project, 'approve').filter((name) => name !== actor.account && name !== personOf(project, actor))
  return names.length === 0 ? 'nobody else is configured' : names.join(', ')
}

function howItEnded({ number, cancel }: Deployment, gate: Gate): string {
  const last = gate.presses.at(-1)
  const by = last === undefined ? '' : ` by ${last.actor.name}`
  const ENDS = {
    open: 'open',
    approved: `approved${by}`,
    denied: `denied${by}`,
    expired: 'expired',
    void: 'what it asked about has changed',
    closed: cancel === undefined ? 'a step failed meanwhile' : `${cancel.actor.name} cancelled #${number}`,
  }
  return ENDS[gate.status]
}

function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`
}
