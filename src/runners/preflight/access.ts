/** preflight.access: for each gate of this deployment there are people who may answer it. */
import { isListed, personOf, whoMay } from '../../release/access.ts'
import type { Actor, PlatformName } from '../../release/actor.ts'
import { mayRequesterApprove, needsOthers, personToAdd } from '../../release/approvals.ts'
import { askedOn, WHERE } from '../../release/asked-on.ts'
import type { Deployment, Outcome } from '../../release/deployment.ts'
import type { GateName } from '../../release/plan.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { listed } from '../../release/report/view.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const access = step({ describe, run })

function describe() {
  const count: Action = { do: 'own', what: 'count who may answer each gate' }
  return { count }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { deployment } = context
  const found = gatesOf(deployment).map(
    (gate) => [gate, answerers(deployment.project, gate, deployment.requester, deployment.place.platform)] as const,
  )
  const problems = found.flatMap(([gate, names]) => judge(deployment, gate, names))
  const evidence = Object.fromEntries(found.map(([gate, names]) => [`answerers:${gate}`, names]))
  return outcomeOf(context, problems, evidence)
}

/** A failure may ask about a rollback, whatever the plan asks. */
function gatesOf({ plan }: Deployment): readonly GateName[] {
  return [...new Set([...plan.flatMap(({ gate }) => gate ?? []), 'rollback' as const])]
}

/**
 * Who could approve: people by name, groups as `members of …`. Where it takes others, only those count whom the configuration
 * knows as people, and never whoever asked; and only accounts of platforms where it is asked.
 */
export function answerers(project: Project, gate: GateName, requester: Actor, home: PlatformName): readonly string[] {
  const on = askedOn(project, home)
  const own = [personOf(project, requester), requester.account]
  const isAsked = (name: string) => mayRequesterApprove(project.approvals, gate) || !own.includes(name)
  const names = whoMay(project, 'approve', on).filter(isAsked)
  if (!needsOthers(project, gate)) return names
  const reached = Object.entries(project.people).filter(([, accounts]) =>
    on.some((each) => accounts[each] !== undefined),
  )
  const people = reached.map(([name]) => name).filter(isAsked)
  const known = names.flatMap((name) => (name === 'everyone' ? people : [name]))
  return people.length === 0 ? [] : known.filter((name) => isGroup(name) || people.includes(name))
}

function isGroup(name: string): boolean {
  return name.startsWith('members of ')
}

/** How many people a group has is known only to its platform, so a group is taken to be enough. */
function judge(deployment: Deployment, gate: GateName, names: readonly string[]): readonly Problem[] {
  const { project, requester } = deployment
  const { needed } = project.approvals
  if (names.some(isGroup) || names.includes('everyone') || names.length >= needed)
    return needsOthers(project, gate) && !isListed(project, requester) ? [unknownRequester(requester)] : []
  const have = names.length === 0 ? 'nobody' : names.join(', ')
  const alone = !mayRequesterApprove(project.approvals, gate)
  const told = problem('preflight.gate-nobody', { gate, have, needed, reason: reasonFor(deployment, gate) })
  return [{ ...told, lines: linesToAdd(project, alone, needsOthers(project, gate)) }]
}

/** Who cannot be reached where it is asked is no help. */
function reasonFor(deployment: Deployment, gate: GateName): string {
  const { project, place } = deployment
  const on = askedOn(project, place.platform)
  const isLess = whoMay(project, 'approve', on).length < whoMay(project, 'approve').length
  const where = listed(on.map((each) => WHERE[each]))
  const rule = ruleFor(deployment, gate)
  return isLess
    ? `${rule} It is answered ${where} alone; mirror: true asks on the other platform of channels too.`
    : rule
}

function ruleFor({ project, requester }: Deployment, gate: GateName): string {
  if (!mayRequesterApprove(project.approvals, gate))
    return `${requester.name} asked for this deployment and may not approve it as well (approvals.requesterMayApprove); of the others only those under people count.`
  return needsOthers(project, gate)
    ? 'Whoever is not granted approve in slipway.yaml is refused, and of several only those under people count.'
    : 'Whoever is not granted approve in slipway.yaml is refused.'
}

function unknownRequester({ name, platform, account }: Actor): Problem {
  const told = problem('gate.unknown-person', { name, platform, account })
  return { ...told, lines: personToAdd({ name, platform, account }) }
}

/** Whoever releases alone cannot add somebody, and has to say so instead. */
function linesToAdd({ name, access: { approve } }: Project, alone: boolean, others: boolean): string {
  const role = approve === 'everyone' ? 'release-managers' : (approve[0] ?? 'release-managers')
  return [
    'roles:',
    `  ${role}: { slack: { users: [U012AB3CD] }, discord: { users: ["334455"] }, terminal: [ana] }`,
    ...(others ? ['people:', '  ana: { slack: U012AB3CD, discord: "334455", terminal: ana }'] : []),
    'projects:',
    `  ${name}:`,
    `    access: { approve: [${role}] }`,
    ...(alone ? ['    # or, where one person releases alone:', '    approvals: { requesterMayApprove: true }'] : []),
  ].join('\n')
}
