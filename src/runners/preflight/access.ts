/** preflight.access: for each gate of this deployment there are people who may answer it. */
import { personOf, whoMay } from '../../release/access.ts'
import type { Actor, Deployment, Outcome } from '../../release/deployment.ts'
import type { GateName } from '../../release/plan.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
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
    (gate) => [gate, answerers(deployment.project, gate, deployment.requester)] as const,
  )
  const problems = found.flatMap(([gate, names]) => judge(deployment, gate, names))
  const evidence = Object.fromEntries(found.map(([gate, names]) => [`answerers:${gate}`, names]))
  return outcomeOf(context, problems, evidence)
}

/** A failure may ask about a rollback, whatever the plan asks. */
function gatesOf({ plan }: Deployment): readonly GateName[] {
  return [...new Set([...plan.flatMap(({ gate }) => gate ?? []), 'rollback' as const])]
}

/** Who could approve: people by name, groups as `members of …`. The requester is left out where the rules say so. */
export function answerers(project: Project, gate: GateName, requester: Actor): readonly string[] {
  const names = whoMay(project, 'approve')
  if (mayRequester(project, gate)) return names
  const own = [personOf(project, requester), requester.account]
  return names.filter((name) => !own.includes(name))
}

function mayRequester({ approvals }: Project, gate: GateName): boolean {
  return (gate === 'rollback' ? approvals.rollback : approvals).requesterMayApprove
}

/** How many people a group has is known only to its platform, so a group is taken to be enough. */
function judge({ project, requester }: Deployment, gate: GateName, names: readonly string[]): readonly Problem[] {
  const { needed } = project.approvals
  const isOpen = names.some((name) => name === 'everyone' || name.startsWith('members of '))
  if (isOpen || names.length >= needed) return []
  const reason = mayRequester(project, gate)
    ? 'Whoever is not granted approve in slipway.yaml is refused.'
    : `${requester.name} asked for this deployment and may not approve it as well (approvals.requesterMayApprove).`
  const have = names.length === 0 ? 'nobody' : names.join(', ')
  return [
    {
      ...problem('preflight.gate-nobody', { gate, have, needed, reason }),
      lines: linesToAdd(project, !mayRequester(project, gate)),
    },
  ]
}

/** Whoever releases alone cannot add somebody, and has to say so instead. */
function linesToAdd({ name, access: { approve } }: Project, alone: boolean): string {
  const role = approve === 'everyone' ? 'release-managers' : (approve[0] ?? 'release-managers')
  return [
    'roles:',
    `  ${role}: { slack: { users: [U012AB3CD] }, discord: { users: ["334455"] }, terminal: [ana] }`,
    'projects:',
    `  ${name}:`,
    `    access: { approve: [${role}] }`,
    ...(alone ? ['    # or, where one person releases alone:', '    approvals: { requesterMayApprove: true }'] : []),
  ].join('\n')
}
