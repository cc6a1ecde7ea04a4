/** What users would meet if a failure were left so: the critical failure points of the workflow. */
import type { Deployment, Stop } from '../deployment.ts'
import type { PhaseName } from '../plan.ts'
import { branchOf } from './branches.ts'
import { type BranchName, TREE } from './tree.ts'

/** Failures that no branch knows are told by the phase they happened in. */
const OF_PHASE: Readonly<Partial<Record<PhaseName, BranchName>>> = {
  version: 'version',
  build: 'build',
  aur: 'aur',
  vps: 'vps',
  verify: 'vps',
}

/** The consequence of the first failure of a stop; undefined before anything was changed. */
export function consequenceOf({ plan }: Deployment, { failed }: Pick<Stop, 'failed'>): string | undefined {
  const [first] = failed
  const phase = plan.find(({ id }) => id === first?.step)?.phase
  if (first === undefined || phase === undefined || phase === 'preflight') return undefined
  const branch = branchOf(first.problem) ?? OF_PHASE[phase]
  return branch === undefined ? undefined : TREE[branch].consequence
}
