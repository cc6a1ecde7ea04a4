/** The old version's name in a documentation file, replaced by the new one. */
import { versionPattern } from '../../release/text.ts'
import type { Release } from '../../release/version.ts'

/** Replaces X.Y.Z+BUILD and X.Y.Z of the version before by the new ones, where they stand as whole versions. */
export function renameVersion(text: string, before: Release, after: Release): string {
  const renamed = text.replace(new RegExp(versionPattern([before.full]), 'g'), after.full)
  if (before.version === after.version) return renamed
  return renamed.replace(new RegExp(`${versionPattern([before.version])}(?![+-]\\w)`, 'g'), after.version)
}
