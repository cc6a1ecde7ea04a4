/** What keeps new deployments of a project back: a lock, or the freeze calendar. What runs already goes on. */
import { frozenAt, spokenFreeze } from './freeze.ts'
import type { Lock } from './lock.ts'
import type { Project } from './project.ts'

/** `until` is ms since the epoch; a freeze without it has no end in sight. */
export type Bar =
  | { readonly kind: 'lock'; readonly lock: Lock }
  | { readonly kind: 'freeze'; readonly rule: string; readonly until?: number }

/** What bars the project at `now`, ms since the epoch. A lock comes first: it has no end of its own. */
export function barOf(project: Project, lock: Lock | undefined, now: number): Bar | undefined {
  if (lock !== undefined) return { kind: 'lock', lock }
  const frozen = frozenAt(project.freeze, now)
  if (frozen === undefined) return undefined
  const { rule, until } = frozen
  return { kind: 'freeze', rule: spokenFreeze(rule), ...(until !== undefined && { until }) }
}
