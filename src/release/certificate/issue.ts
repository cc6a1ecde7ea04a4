/** A certificate made from what the steps of a deployment left. */
import { configurationDigest } from '../canonical.ts'
import type { Certificate } from '../certificate.ts'
import type { Deployment } from '../deployment.ts'
import { evidenceOf } from '../evidence.ts'
import { unseenServers } from '../served.ts'
import {
  approvalsOf,
  aurOf,
  commitsOf,
  fixesOf,
  iso,
  leftOutOf,
  packageOf,
  personOf,
  rowsOf,
  serversOf,
} from './left.ts'
import { minutesOf } from './minutes.ts'

/** `at` is when it is issued, ms since the epoch; `beside`: the files that it names. */
export function certificateOf(
  deployment: Deployment,
  at: number,
  beside: Pick<Certificate, 'before' | 'provenance'> = {},
): Certificate {
  const { project, release, previous, number, requester, requestedAt, override } = deployment
  const left = evidenceOf(deployment)
  const made = packageOf(left)
  const aur = aurOf(deployment, left)
  const unseen = unseenServers(project)
  return {
    project: project.name,
    title: project.title,
    version: release.full,
    ...(previous && { previous: previous.release.full }),
    deployment: number,
    requestedAt: iso(requestedAt),
    issuedAt: iso(at),
    deployer: personOf(requester),
    ...(override && { override: { by: personOf(override.actor), reason: override.reason, freeze: override.freeze } }),
    approvals: approvalsOf(deployment),
    configuration: configurationDigest(project),
    isolation: project.build.isolation.kind,
    commits: commitsOf(deployment, left),
    ...(typeof left.tag === 'string' && { tag: left.tag }),
    ...(made && { package: made }),
    ...(aur && { aur }),
    servers: serversOf(deployment, left),
    leftOut: leftOutOf(deployment),
    ...(unseen.length > 0 && { unseen }),
    matrix: rowsOf(left.matrix),
    fixes: fixesOf(deployment),
    minutes: minutesOf(deployment, at),
    ...beside,
  }
}
