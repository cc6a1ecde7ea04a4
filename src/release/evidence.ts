/** What steps have left, taken together. */
import type { Deployment, Evidence } from './deployment.ts'

/**
 * Everything a rollback was handed of other deployments, then what the steps of this one have left: before they were opened
 * again, and since; later steps of the plan win. `commit` is the deployment's own release commit.
 */
export function evidenceOf({ plan, steps, undoes, commit }: Deployment): Evidence {
  const before = plan.map(({ id }) => steps[id]?.left ?? {})
  const left = plan.map(({ id }) => steps[id]?.evidence ?? {})
  return { ...Object.assign({}, undoes?.evidence, ...before, ...left), ...(commit !== undefined && { commit }) }
}

/** Whether the release commit was on the branch before this deployment pushed anything: it may hold somebody's work besides. */
export function wasThereBefore(deployment: Deployment): boolean {
  const { commit, pushedOver } = evidenceOf(deployment)
  return commit !== undefined && commit === pushedOver
}
