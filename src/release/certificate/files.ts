/** The names that a certificate and what goes with it have on the disk. */
import type { Named } from '../certificate.ts'

/** Without a folder. Read, sign, and hand on: a text for people, the certificate, the provenance of the package. */
export function certificateFiles(project: string, version: string, number: number) {
  const name = `${project}-${version}-${number}`
  return { text: `${name}.txt`, json: `${name}.json`, provenance: `${name}.provenance.json` }
}

/** Of these names, the newest certificate of the project that is older than that of a deployment. */
export function certificateBefore(
  names: readonly string[],
  project: string,
  number: number,
): Named['file'] | undefined {
  const certificates = names.flatMap((name) => {
    const found = nameOf(name)
    return found?.project === project && found.number < number ? [{ name, number: found.number }] : []
  })
  return certificates.toSorted((a, b) => b.number - a.number)[0]?.name
}

/** The deployment that a file certifies, by its name; undefined where it is no certificate. */
export function numberOfCertificate(name: string): number | undefined {
  return nameOf(name)?.number
}

function nameOf(name: string): { readonly project: string; readonly number: number } | undefined {
  const [, project, number] = /^(.+)-\d+\.\d+\.\d+(?:\+\d+)?-(\d+)\.json$/.exec(name) ?? []
  return project === undefined ? undefined : { project, number: Number(number) }
}
