/** The parts of a certificate, each read from what the steps of a deployment left. */
import { basename } from 'node:path'
import type { Actor } from '../actor.ts'
import { approvalsIn } from '../approvals.ts'
import type {
  Certificate,
  CertifiedApproval,
  CertifiedFix,
  CertifiedRow,
  CertifiedServer,
  Person,
} from '../certificate.ts'
import type { Deployment, Evidence, Json } from '../deployment.ts'
import { rowsSeen } from '../matrix/seen.ts'
import { PHASES, phasesLeftOut } from '../plan.ts'

/** Of every gate that was approved, each press that counted. */
export function approvalsOf(deployment: Deployment): readonly CertifiedApproval[] {
  const approved = deployment.gates.filter(({ status }) => status === 'approved')
  return approved.flatMap((gate) =>
    approvalsIn(deployment, gate).map(({ actor, at, digest, override }) => ({
      ...{ gate: gate.name, by: personOf(actor), at: iso(at), digest },
      ...(override !== undefined && { override }),
    })),
  )
}

export function personOf({ name, platform, account }: Actor): Person {
  return { name, platform, account }
}

export function commitsOf(deployment: Deployment, left: Evidence): Certificate['commits'] {
  const documentation = textOf(left.documentationCommit)
  return { release: deployment.commit ?? '', ...(documentation !== undefined && { documentation }) }
}

export function packageOf(left: Evidence): Certificate['package'] {
  const [file, sha256, address] = [left.packageFile, left.packageSha256, left.publishedUrl].map(textOf)
  if (file === undefined || sha256 === undefined) return undefined
  return {
    file: basename(file),
    sha256,
    bytes: Number(left.packageBytes),
    ...(address !== undefined && { address }),
  }
}

export function aurOf({ project }: Deployment, left: Evidence): Certificate['aur'] {
  const commit = textOf(left.aurCommit)
  if (project.aur === undefined || commit === undefined) return undefined
  const version = textOf(left.packageVersion)
  return { package: project.aur.package, ...(version !== undefined && { version }), commit }
}

export function serversOf({ project }: Deployment, left: Evidence): readonly CertifiedServer[] {
  return (project.vps?.hosts ?? []).map(({ name }) => {
    const before = textOf(left[`keptCommit:${name}`])
    const serves = textOf(left[`servedNow:${name}`])
    return {
      name,
      commit: textOf(left[`serverCommit:${name}`]) ?? '',
      ...(before !== undefined && { before }),
      ...(serves !== undefined && { serves }),
    }
  })
}

/** Titles of the phases that the project is not configured for. */
export function leftOutOf({ plan }: Deployment): readonly string[] {
  return phasesLeftOut(plan).map((phase) => PHASES.find(({ name }) => name === phase)?.title ?? phase)
}

export function rowsOf(matrix: Json | undefined): readonly CertifiedRow[] {
  return rowsSeen(matrix).map(({ at, ...row }) => ({ ...row, ...(at !== undefined && { at: iso(at) }) }))
}

export function fixesOf({ plan, steps }: Deployment): readonly CertifiedFix[] {
  const made = plan.filter(({ id, name }) => name.startsWith('fix.') && steps[id]?.status === 'done')
  return made.map(({ id, title, item }) => {
    const endedAt = steps[id]?.endedAt
    return { fix: title, ...(item !== undefined && { item }), ...(endedAt !== undefined && { at: iso(endedAt) }) }
  })
}

/** A moment as a certificate writes it. `at` is ms since the epoch. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}
