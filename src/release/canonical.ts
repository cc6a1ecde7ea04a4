/** Values as bytes that depend on nothing but the value: what digests are made of. */
import { createHash } from 'node:crypto'
import type { Project } from './project.ts'

/** JSON with its keys sorted at every depth. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** Sha256, hex, of the configuration that a deployment carries, from its first event to its certificate. */
export function configurationDigest(project: Project): string {
  return createHash('sha256').update(canonical(project)).digest('hex')
}
