/** A release that has its certificate, issued and signed by the step itself; the steps before it left what it needs. */
import { join } from 'node:path'
import type { Summary } from '../../src/ports/journal.ts'
import type { Signer } from '../../src/ports/signer.ts'
import { createMasker } from '../../src/release/redact.ts'
import { certificate } from '../../src/runners/finish/certificate.ts'
import { createFiles } from '../../src/tools/files.ts'
import { makeBench } from './make-context.ts'

const files = createFiles({ masker: createMasker([]) })

/** `folder` holds the data folder. `made` is what the package left as evidence, `evidence` what the certificate did. */
export async function issue(folder: string, number: number, signer: Signer) {
  const bench = makeBench({ folder, number, ports: { signer } })
  const packageFile = join(bench.folders.builds, 'package', 'harbour.tar.gz')
  const content = `the package of release ${number}`
  await files.write(packageFile, content)
  const made = { packageFile, packageSha256: await files.sha256(packageFile), packageBytes: content.length }
  bench.leave('version.commit', { commit: `c${number}` })
  bench.leave('build.package', made)
  const issued = await certificate.run(bench.context(certificate, 'finish.certificate'))
  if (!issued.ok) throw new Error('the certificate was not issued')
  return { project: bench.project, made, evidence: issued.evidence }
}

/** What is remembered of a release that is complete. */
export function summaryOf(number: number): Summary {
  return {
    ...{ number, project: 'harbour', version: '3.1.3+001', kind: 'release', status: 'complete' },
    ...{ requester: 'ana', requestedAt: 0, evidence: {} },
  }
}
