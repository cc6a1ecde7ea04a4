/** What users would meet if a failure were left so: the critical failure points of the workflow. */
import type { Deployment, Stop } from '../deployment.ts'
import type { PhaseName } from '../plan.ts'
import { componentsOf } from '../undo.ts'
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

const NOT_SWITCHED = 'Left so, the release goes no further. No server was switched: visitors have what they had.'

/** The consequence of the first failure of a stop; undefined before anything was changed. */
export function consequenceOf(deployment: Deployment, { failed }: Pick<Stop, 'failed'>): string | undefined {
  const [first] = failed
  const phase = deployment.plan.find(({ id }) => id === first?.step)?.phase
  if (first === undefined || phase === undefined || phase === 'preflight') return undefined
  if (first.problem.code === 'gate.expired') return undefined
  const branch = branchOf(first.problem) ?? OF_PHASE[phase]
  if (branch === 'vps' && phase === 'vps' && !componentsOf(deployment).includes('vps')) return NOT_SWITCHED
  return branch === undefined ? undefined : TREE[branch].consequence
}
