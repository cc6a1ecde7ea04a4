/**
 * finish.certificate: what was released and how it was verified, signed, with the digest of the certificate before it; a text
 * for people, and the provenance of the package for other programs.
 */
import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import type { Summary } from '../../ports/journal.ts'
import { certificateBefore, certificateFiles } from '../../release/certificate/files.ts'
import { certificateOf } from '../../release/certificate/issue.ts'
import { certificateStatement, provenanceStatement } from '../../release/certificate/statements.ts'
import { certificateText } from '../../release/certificate/text.ts'
import type { Named } from '../../release/certificate.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { PUBLIC_KEY_FILE } from '../../release/key-rotation.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { removeOldBuilds, tidyBuilds } from '../old-builds.ts'
import { type Action, type Context, type Ports, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const certificate = step({ describe, run })

function describe(facts: Facts) {
  const { text, json } = pathsOf(facts)
  return {
    write: { do: 'own', what: `sign the certificate, as ${json} and to be read as ${text}` } satisfies Action,
    tidy: tidyBuilds(facts.folders),
  }
}

async function run({ facts, deployment, ports, history }: Context<Actions>): Promise<Outcome> {
  const { text, json, provenance: path } = pathsOf(facts)
  const proof = provenanceStatement(deployment)
  const provenance = proof === undefined ? undefined : await write(ports, path, proof)
  if (isProblem(provenance)) return { ok: false, problem: provenance }
  const before = await lastBefore(facts, ports, await history())
  const beside = { ...(before && { before }), ...(provenance && { provenance }) }
  const issued = certificateOf(deployment, ports.clock.now(), beside)
  const words = certificateText(issued)
  await ports.files.write(text, words)
  const signed = await write(ports, json, certificateStatement({ ...issued, words: named(text, words) }, deployment))
  if (isProblem(signed)) return { ok: false, problem: signed }
  const evidence = { certificateFile: json, certificateSha256: signed.sha256, certificateText: words }
  return { ok: true, evidence, notes: await removeOldBuilds(facts, ports) }
}

/** Signs a statement into a file, with the public key beside it. */
async function write({ files, signer }: Ports, path: string, statement: string): Promise<Named | Problem> {
  const signed = await signer.sign(statement)
  if (!signed.ok) return problem('finish.not-signed', { reason: signed.reason })
  await files.write(path, signed.envelope)
  await files.write(join(dirname(path), PUBLIC_KEY_FILE), signed.publicKey, 0o644)
  return named(path, signed.envelope)
}

/** The one before it as it was issued: the journal knows those that are gone, or were changed since. */
async function lastBefore(
  { folders, project, number }: Facts,
  { files }: Ports,
  history: readonly Summary[],
): Promise<Named | undefined> {
  const issued = new Map(
    history.flatMap(({ evidence: { certificateFile: path, certificateSha256: sha256 } }) =>
      path === undefined || sha256 === undefined ? [] : [[basename(path), sha256] as const],
    ),
  )
  const lying = (await files.list(folders.certificates)).map(({ name }) => name)
  const file = certificateBefore([...issued.keys(), ...lying], project.name, number)
  if (file === undefined) return undefined
  return { file, sha256: issued.get(file) ?? (await files.sha256(join(folders.certificates, file))) }
}

function named(path: string, text: string): Named {
  return { file: basename(path), sha256: createHash('sha256').update(text).digest('hex') }
}

function pathsOf({ folders, project, release, number }: Facts) {
  const { text, json, provenance } = certificateFiles(project.name, release.full, number)
  const at = (name: string) => join(folders.certificates, name)
  return { text: at(text), json: at(json), provenance: at(provenance) }
}
