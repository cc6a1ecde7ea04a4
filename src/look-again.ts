/** Whether the world is still as a certificate says: the success matrix of its version, from what the certificate names. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPorts } from './compose/ports.ts'
import type { Places } from './config/environment.ts'
import { passedSecrets } from './config/passed-secrets.ts'
import type { Summary } from './ports/journal.ts'
import type { Certificate } from './release/certificate.ts'
import type { SettledRow } from './release/matrix.ts'
import { isProblem } from './release/problems.ts'
import type { Project } from './release/project.ts'
import { createMasker } from './release/redact.ts'
import { parseRelease } from './release/version.ts'
import { foldersFor } from './runners/facts.ts'
import { verifyRelease } from './runners/verify/now.ts'
import { readProjects } from './setup.ts'
import { createProcessRecords } from './tools/process-records.ts'
import { keyFileIn } from './tools/signing.ts'

interface Look {
  readonly isSo: boolean
  readonly lines: readonly string[]
}

/** Needs the configuration that describes the project. Only reads. */
export async function lookAgain(certificate: Certificate, places: Places): Promise<Look> {
  const configured = await readProjects(places.configFile)
  if (!configured.ok) return { isSo: false, lines: [configured.message] }
  const project = configured.projects.find(({ name }) => name === certificate.project)
  return project === undefined
    ? { isSo: false, lines: [`The configuration describes no project ${certificate.project}.`] }
    : lookAt(project, certificate, places)
}

async function lookAt(project: Project, certificate: Certificate, places: Places): Promise<Look> {
  const release = parseRelease(certificate.version, { withBuild: true })
  if (isProblem(release)) return { isSo: false, lines: [release.what] }
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-look-'))
  const records = createProcessRecords(join(scratch, 'processes'))
  const signingKey = places.signingKey ?? keyFileIn(places.dataFolder)
  const masker = createMasker([...places.secrets, ...passedSecrets([project], process.env)])
  const ports = createPorts(masker, process.env, records, { signingKey })
  try {
    const folders = foldersFor(scratch, project, 0)
    const matrix = await verifyRelease({ project, release, history: [remembered(certificate)], folders, ports })
    if (isProblem(matrix)) return { isSo: false, lines: [matrix.what, matrix.remedy] }
    const rows = [...matrix.rows, ...tagRow(certificate, matrix.tagged)]
    return {
      isSo: matrix.overall === 'pass' && rows.every(({ verdict }) => verdict === 'pass'),
      lines: rows.map(lineOf),
    }
  } finally {
    await ports.ssh.close()
    await ports.files.remove(scratch)
  }
}

type Looked = Pick<SettledRow, 'component' | 'check' | 'expected' | 'found' | 'verdict'>

/** During a release there is no tag yet, so the matrix has no row for it. */
function tagRow({ tag, commits }: Certificate, found = 'no such tag'): readonly Looked[] {
  if (tag === undefined) return []
  const verdict = found === commits.release ? 'pass' : 'fail'
  return [{ component: 'Git Repository', check: `Tag ${tag}`, expected: commits.release, found, verdict }]
}

function lineOf({ component, check, expected, found, verdict }: Looked): string {
  return verdict === 'pass'
    ? `ok    live: ${component}, ${check}: ${found}`
    : `BAD   live: ${component}, ${check}: expected ${expected}, found ${found}`
}

/** What the journal of the bot would remember of it. */
function remembered({ project, version, deployment, commits, package: made, aur }: Certificate): Summary {
  return {
    ...{ number: deployment, project, version, kind: 'release', status: 'complete' },
    ...{ requester: '', requestedAt: 0, commit: commits.release },
    evidence: {
      ...(made && { packageSha256: made.sha256 }),
      ...(aur?.version !== undefined && { packageVersion: aur.version }),
    },
  }
}
