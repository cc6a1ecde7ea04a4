/** The certificate and the provenance of its package as in-toto statements, made from what the steps left. */
import { createHash } from 'node:crypto'
import { configurationDigest } from '../canonical.ts'
import type { Certificate } from '../certificate.ts'
import type { Deployment } from '../deployment.ts'
import { evidenceOf } from '../evidence.ts'
import { type Subject, statementText } from '../statement.ts'
import { certificateOf } from './issue.ts'

/** What is signed as the certificate. */
export function certificateStatement(certificate: Certificate, deployment: Deployment): string {
  return statementText('certificate', subjectsOf(certificate, deployment), certificate)
}

/** The package and every file that was published with it; the release commit where there are none. */
function subjectsOf(certificate: Certificate, deployment: Deployment): readonly Subject[] {
  const files = [
    ...packageSubjects(certificate, deployment),
    ...(certificate.aur === undefined ? [] : aurSubjects(deployment)),
  ]
  return files.length > 0 ? files : [commitSubject(certificate, deployment)]
}

/** Every file of the commit that was submitted: PKGBUILD, .SRCINFO, and what lies beside them. */
function aurSubjects(deployment: Deployment): readonly Subject[] {
  const { aurFiles } = evidenceOf(deployment)
  if (typeof aurFiles !== 'object' || aurFiles === null) return []
  return Object.entries(aurFiles).map(([name, sha256]) => ({ name, digest: { sha256: String(sha256) } }))
}

/** The sum beside a package is a line that follows from it. An archive that the forge made has none. */
function packageSubjects({ package: made }: Certificate, deployment: Deployment): readonly Subject[] {
  if (made === undefined) return []
  if (!isPacked(deployment)) return [{ name: made.file, digest: { sha256: made.sha256 } }]
  const line = `${made.sha256}  ${made.file}\n`
  return [
    { name: made.file, digest: { sha256: made.sha256 } },
    { name: `${made.file}.sha256`, digest: { sha256: createHash('sha256').update(line).digest('hex') } },
  ]
}

/** Whether what users get was built and packed here. */
function isPacked({ plan }: Deployment): boolean {
  return plan.some(({ name }) => name === 'build.package')
}

function commitSubject({ commits }: Certificate, { project }: Deployment): Subject {
  return { name: sourceOf(project.repository.url), digest: { gitCommit: commits.release } }
}

/**
 * SLSA provenance of the package, https://slsa.dev/spec/v1.0/provenance; undefined where nothing was built here.
 * The configuration is named by its digest: everything else that a build follows from is the commit.
 */
export function provenanceStatement(deployment: Deployment): string | undefined {
  const certificate = certificateOf(deployment, deployment.lastEventAt)
  const subject = packageSubjects(certificate, deployment).slice(0, 1)
  if (subject.length === 0 || !isPacked(deployment)) return undefined
  const { project, release, number, plan, steps } = deployment
  const { repository, build } = project
  const built = plan.filter(({ phase }) => phase === 'build').flatMap(({ id }) => steps[id] ?? [])
  const source = sourceOf(repository.url)
  return statementText('provenance', subject, {
    buildDefinition: {
      buildType: 'urn:slipway:build:1',
      externalParameters: {
        repository: source,
        branch: repository.branch,
        version: release.full,
        targets: build.targets.map(({ name }) => name),
        configurationSha256: configurationDigest(project),
      },
      internalParameters: { isolation: build.isolation.kind },
      resolvedDependencies: [
        { uri: `git+${source}@refs/heads/${repository.branch}`, digest: { gitCommit: certificate.commits.release } },
      ],
    },
    runDetails: {
      builder: { id: 'urn:slipway' },
      metadata: {
        invocationId: `${project.name}#${number}`,
        ...timeOf('startedOn', Math.min(...built.flatMap(({ beganAt }) => beganAt ?? []))),
        ...timeOf('finishedOn', Math.max(...built.flatMap(({ endedAt }) => endedAt ?? []))),
      },
    },
  })
}

function timeOf(name: string, at: number): Readonly<Record<string, string>> {
  return Number.isFinite(at) ? { [name]: new Date(at).toISOString() } : {}
}

/** An address without the login that may stand in it. */
function sourceOf(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, '$1')
}
