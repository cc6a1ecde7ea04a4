/** Who may press what, for which exact content, until when: the rules of a gate. The gate itself lives in the machine. */
import { createHash } from 'node:crypto'
import { isListed, linesToAdd, mayDo, personOf, refuseAccess, whoMay } from './access.ts'
import type { Actor } from './actor.ts'
import { refuseElsewhere } from './asked-on.ts'
import type { Deployment } from './deployment.ts'
import type { NewEvent } from './event.ts'
import { firstReminderAt, type Gate, type Press } from './gate.ts'
import type { GateName } from './plan.ts'
import { type Problem, problem } from './problems.ts'
import type { ApprovalRules, Project } from './project.ts'
import { clock } from './report/view.ts'

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
  const elsewhere = press.place && refuseElsewhere(deployment, gate, press.place)
  if (elsewhere !== undefined) return elsewhere
  if (press.override !== undefined && press.choice !== 'approve') return problem('gate.override-alone', { number })
  if (press.choice === 'revoke') return refuseRevoke(deployment, gate, press)
  if (gate.status !== 'open') return problem('gate.closed', { number, ended: howItEnded(deployment, gate) })
  if (!isShown(gate, press)) return problem('gate.other-content', { number })
  if (gate.expiresAt !== undefined && press.at >= gate.expiresAt)
    return problem('gate.expired', { number, time: clock(gate.expiresAt, press.at, {}) })
  return press.override === undefined ? refuseActor(deployment, gate, press) : refuseOverride(deployment, gate, press)
}

/** Whether an approval takes a second person: then only accounts that are known to be somebody's count. */
export function needsOthers({ approvals }: Project, gate: GateName): boolean {
  return approvals.needed > 1 || !mayRequesterApprove(approvals, gate)
}

/** Whether whoever asked for a release may answer a gate of this name. */
export function mayRequesterApprove(approvals: ApprovalRules, gate: GateName): boolean {
  return (gate === 'rollback' ? approvals.rollback : approvals).requesterMayApprove
}

/**
 * What a question asks whoever asked for the release to type, where they may answer it as far as is known when it is shown. They
 * have to type it in any case: an account of theirs on another platform, or a group that they joined since, changes nothing.
 */
export function versionToType(deployment: Deployment, gate: GateName): string | undefined {
  const { project, requester } = deployment
  const alone = mayRequesterApprove(project.approvals, gate) && mayDo(project, 'approve', requester)
  return alone ? ownVersion(deployment, gate) : undefined
}

/** Looking at the version stands in for a second pair of eyes. Nothing for a rollback, which is not to wait. */
function ownVersion({ release }: Deployment, gate: GateName): string | undefined {
  return gate === 'rollback' ? undefined : release.full
}

/** The approvals that stand, in the order they were given: of each person the last one, unless it was taken back. */
export function approvalsIn({ project }: Deployment, { presses }: Gate): readonly Press[] {
  const isLast = ({ actor }: Press, index: number) =>
    !presses.slice(index + 1).some((later) => personOf(project, later.actor) === personOf(project, actor))
  return presses.filter((press, index) => press.choice === 'approve' && isLast(press, index))
}

/** The gate's status after a press that counts: approved once enough different people approved, or an admin did so alone. */
export function statusAfter(deployment: Deployment, gate: Gate): Gate['status'] {
  const last = gate.presses.at(-1)
  if (last?.choice === 'deny') return 'denied'
  if (last?.choice === 'approve' && last.override !== undefined) return 'approved'
  const digest = approvalsIn(deployment, gate).at(-1)?.digest
  const have = approvers(deployment, gate, digest).size
  return have > 0 && have >= deployment.project.approvals.needed ? 'approved' : 'open'
}

/** The name of the plan that was approved at a step's gate, where it offers several. */
export function approvedOption(deployment: Deployment, step: string): string | undefined {
  const gate = approvalOf(deployment, step)
  const digest = gate && approvalsIn(deployment, gate).at(-1)?.digest
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
  const { name, platform, account, vouched } = press.actor
  if (!vouched) return problem('gate.unvouched', { command: `${press.choice} #${deployment.number}` })
  if (!mayDo(deployment.project, 'approve', press.actor)) {
    const who = { roles: rolesFor(deployment), others: othersThan(deployment, press.actor) }
    const lines = linesToAdd(deployment.project, 'approve', press.actor)
    return { ...problem('gate.not-granted', { name, platform, account, ...who }), lines }
  }
  return press.choice === 'deny' ? undefined : refuseApproval(deployment, gate, press)
}

function refuseApproval(deployment: Deployment, gate: Gate, { actor, digest, typed }: PressEvent): Problem | undefined {
  const { project, number } = deployment
  const others = othersThan(deployment, actor)
  const isOwn = isRequester(deployment, actor)
  if (isOwn && !mayRequesterApprove(project.approvals, gate.name))
    return problem('gate.requester', { name: actor.name, others })
  const unknown = needsOthers(project, gate.name) ? unlisted(deployment, actor) : undefined
  if (unknown !== undefined) return unknown
  const version = isOwn ? ownVersion(deployment, gate.name) : undefined
  if (version !== undefined && typed !== version)
    return problem('gate.type-version', { name: actor.name, number, version, typed: typed ?? 'nothing' })
  const have = approvers(deployment, gate, digest)
  if (!have.has(personOf(project, actor))) return undefined
  return problem('gate.twice', { name: actor.name, needed: project.approvals.needed, have: have.size, others })
}

/** Two accounts that are nobody's may be one person's. */
function unlisted({ project, requester }: Deployment, actor: Actor): Problem | undefined {
  const unknown = [actor, requester].find((each) => !isListed(project, each))
  if (unknown === undefined) return undefined
  const { name, platform, account } = unknown
  return { ...problem('gate.unknown-person', { name, platform, account }), lines: personToAdd(unknown) }
}

/** The line of slipway.yaml that says whose account it is. */
export function personToAdd({ name, platform, account }: Pick<Actor, 'name' | 'platform' | 'account'>): string {
  const person =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'name'
  return `people:\n  ${person}: { ${platform}: ${JSON.stringify(account)} }`
}

/** An admin may go past the people who were asked, from when those are first reminded on. */
function refuseOverride(deployment: Deployment, gate: Gate, { actor, choice, at }: PressEvent): Problem | undefined {
  const { number, project } = deployment
  if (!actor.vouched) return problem('gate.unvouched', { command: `${choice} #${number}` })
  const refused = refuseAccess(project, 'admin', actor)
  if (refused !== undefined) return refused
  const from = firstReminderAt(gate)
  return at < from ? problem('gate.override-early', { number, time: clock(from, at, {}) }) : undefined
}

/** One's own approval, while nothing has been done under it. */
function refuseRevoke(deployment: Deployment, gate: Gate, { actor }: PressEvent): Problem | undefined {
  const { number, project } = deployment
  if (!actor.vouched) return problem('gate.unvouched', { command: `approve #${number} --revoke` })
  const stands = gate.status === 'open' || (gate.status === 'approved' && !gate.used)
  if (!stands) return problem('gate.revoke-late', { number, ended: howItEnded(deployment, gate) })
  const own = approvalsIn(deployment, gate).some((press) => personOf(project, press.actor) === personOf(project, actor))
  return own ? undefined : problem('gate.nothing-to-revoke', { name: actor.name, number })
}

/** The different people who approved exactly this. */
function approvers(deployment: Deployment, gate: Gate, digest: string | undefined): ReadonlySet<string> {
  const approvals = approvalsIn(deployment, gate).filter((press) => press.digest === digest)
  return new Set(approvals.map(({ actor }) => personOf(deployment.project, actor)))
}

function isRequester(deployment: Deployment, actor: Actor): boolean {
  return personOf(deployment.project, actor) === personOf(deployment.project, deployment.requester)
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
