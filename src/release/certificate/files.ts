/** The names that a certificate and what goes with it have on the disk. */
import type { Named } from '../certificate.ts'

/** Without a folder. Read, sign, and hand on: a text for people, the certificate, the provenance of the package. */
export function certificateFiles(project: string, version: string, number: number) {
  const name = `${project}-${version}-${number}`
  return { text: `${name}.txt`, json: `${name}.json`, provenance: `${name}.provenance.json` }
}

/** Of the names in a folder, the newest certificate of the project that is older than that of a deployment. */
export function certificateBefore(
  names: readonly string[],
  project: string,
  number: number,
): Named['file'] | undefined {
  const certificates = names.flatMap((name) => {
    const own = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : ''
    const found = Number(/^\d+\.\d+\.\d+(?:\+\d+)?-(\d+)\.json$/.exec(own)?.[1] ?? Number.NaN)
    return found < number ? [{ name, found }] : []
  })
  return certificates.toSorted((a, b) => b.found - a.found)[0]?.name
}
