/** What the approved rollback was asked about: the world as the question showed it. */
import { approvalOf, approvedOption } from '../../release/approvals.ts'
import type { Deployment } from '../../release/deployment.ts'
import { CHOOSE } from '../../release/undo.ts'

type Bound = Readonly<Record<string, string>>

/** The facts that the approved plan is bound to; empty where nothing was approved. */
export function approvedFacts(deployment: Deployment): Bound {
  const content = approvalOf(deployment, CHOOSE)?.content
  const name = approvedOption(deployment, CHOOSE)
  const option = content?.options?.find((each) => each.name === name)
  return { ...content?.bound, ...option?.bound }
}

/** Everything that the question showed, whichever plan it belongs to. */
export function shownFacts(deployment: Deployment): Bound {
  const content = approvalOf(deployment, CHOOSE)?.content
  return Object.assign({}, content?.bound, ...(content?.options ?? []).map(({ bound }) => bound))
}
