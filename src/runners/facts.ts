/** Collects what a step's command lines are made of: configuration, folders, and the evidence that earlier steps left. */
import { join } from 'node:path'
import type { Deployment, Evidence, Json } from '../release/deployment.ts'
import { evidenceOf } from '../release/evidence.ts'
import { FACTS, type FactName, type Facts, type Folders, type Known } from '../release/facts.ts'
import type { PlannedStep } from '../release/plan.ts'
import type { Project, SshAccess } from '../release/project.ts'

/** The folders of one deployment below the data folder, and the signing key, where another than the one in there is used. */
export function foldersFor(
  data: string,
  project: Project,
  number: number,
  signingKey = join(data, 'keys', 'signing.pem'),
): Folders {
  const builds = join(data, 'builds', project.name, String(number))
  return {
    clone: join(data, 'clones', project.name),
    builds,
    aur: join(data, 'clones', `${project.name}.aur`),
    packageTest: join(builds, 'package-test'),
    logs: join(data, 'logs', String(number)),
    certificates: join(data, 'certificates'),
    incidents: join(data, 'incidents'),
    home: join(builds, 'home'),
    signingKey,
  }
}

/**
 * The facts for one step. A fact of a host is found under `name:host` by the steps of that host. What no step has left yet is
 * a placeholder in a dry run and for who looks at a failure, and a bug (thrown) in a real one: a plan's `needs` promise it.
 */
export function factsFor(
  deployment: Deployment,
  planned: Pick<PlannedStep, 'item'>,
  options: { readonly folders: Folders; readonly dryRun: boolean },
): Facts {
  const item = planned.item ?? ''
  const evidence = evidenceOf(deployment)
  return {
    number: deployment.number,
    project: reachedBy(deployment.project, evidence.addressFamily),
    release: deployment.release,
    ...(deployment.previous && { previous: deployment.previous.release }),
    ...(deployment.previous?.commit !== undefined && { previousCommit: deployment.previous.commit }),
    requester: deployment.requester.name,
    requestedAt: deployment.requestedAt,
    ...(deployment.notes !== undefined && { notes: deployment.notes }),
    folders: options.folders,
    item,
    known: knownFacts(evidence, item, options.dryRun),
    left: evidence,
  }
}

/** Every ssh connection over the one address family that was found to answer, where troubleshooting found that. */
function reachedBy(project: Project, family: Json | undefined): Project {
  if (family !== 'inet' && family !== 'inet6') return project
  const over = <T extends { readonly ssh: SshAccess }>(place: T): T => ({ ...place, ssh: { ...place.ssh, family } })
  const { repository, aur, vps, build } = project
  const { publish } = build
  return {
    ...project,
    repository: over(repository),
    ...(aur && { aur: over(aur) }),
    ...(vps && { vps: { ...vps, hosts: vps.hosts.map(over) } }),
    ...(publish?.kind === 'sftp' && { build: { ...build, publish: over(publish) } }),
  }
}

function knownFacts(evidence: Evidence, item: string, dryRun: boolean): Known {
  const names = Object.keys(FACTS) as FactName[]
  const known = {}
  for (const name of names) {
    const value = evidence[`${name}:${item}`] ?? evidence[name]
    const get = () => {
      if (value !== undefined) return String(value)
      if (dryRun) return FACTS[name]
      throw new Error(`the plan promises the fact "${name}", and no step has left it`)
    }
    Object.defineProperty(known, name, { get, enumerable: true })
  }
  return known as Known
}
