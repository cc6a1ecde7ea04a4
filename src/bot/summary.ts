/** What a finished deployment is remembered by, so that nobody has to open its journal again. */
import type { Summary } from '../ports/journal.ts'
import type { Deployment, Evidence } from '../release/deployment.ts'
import { durationsOf, lookedBackOn } from '../release/learned.ts'
import { intentsOf } from '../release/machine/states.ts'
import type { StepName } from '../release/plan.ts'
import { standingComponents } from '../release/undo.ts'

/** Facts that a later verification or release needs. */
const KEPT = [
  'packageVersion',
  'pkgrel',
  'packageFile',
  'packageSha256',
  'packageBytes',
  'publishedUrl',
  'aurCommit',
  'tag',
  'certificateFile',
  'certificateSha256',
] as const

/** The summary of an ended deployment. Times are ms since the epoch. */
export function summarize(deployment: Deployment): Summary {
  const {
    previous,
    joined,
    number,
    kind,
    project,
    release,
    status,
    requester,
    requestedAt,
    endedAt,
    commit,
    override,
    deliveries,
  } = deployment
  const tried = {
    publishedUrl: intentOf(deployment, 'build.publish')?.url,
    tag: intentOf(deployment, 'build.tag')?.tag ?? intentOf(deployment, 'finish.tag')?.tag,
  }
  const steps = Object.values(deployment.steps)
  const left = Object.assign(tried, ...steps.map((step) => step.left), ...steps.map(({ evidence }) => evidence))
  const evidence = Object.fromEntries(
    KEPT.filter((name) => left[name] !== undefined).map((name) => [name, String(left[name])]),
  )
  return {
    number,
    project: project.name,
    version: release.full,
    kind,
    status,
    requester: requester.name,
    requestedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(commit !== undefined && { commit }),
    ...(override && { override: override.reason }),
    ...(status === 'rolled back' &&
      previous &&
      standingComponents(deployment).length === 0 && { back: previous.release.full }),
    ...(deliveries.length > 0 && { deliveries }),
    ...(joined.length > 0 && { joined }),
    minutes: durationsOf(deployment),
    ...lookedBackOn(deployment),
    evidence,
  }
}

/** What a step was last about to do outside: the end of it may not have been seen. */
function intentOf({ steps }: Deployment, step: StepName): Evidence | undefined {
  return intentsOf(steps[step]).at(-1)
}
