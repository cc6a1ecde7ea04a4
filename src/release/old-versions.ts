/** The search for places that go on naming the version before. */
import { matchesGlob } from './glob.ts'
import { visible } from './redact.ts'
import { versionPattern } from './text.ts'
import type { Release } from './version.ts'

export interface Hit {
  readonly path: string
  readonly line: number
  /** The line, cut to a readable length. */
  readonly text: string
}

/** Files that name versions of other things, or that the aur phase rewrites. */
const ASIDE = ['*.lock', '*-lock.{json,yaml}', 'npm-shrinkwrap.json', 'go.sum', 'PKGBUILD', '.SRCINFO']

const MOST_HITS = 200
const LONGEST_LINE = 200

/**
 * Lines that name the old version as a whole: 3.1.3 is not in 13.1.30 or 3.1.31. When only the build number went up it is
 * X.Y.Z+BUILD that is looked for. Files that `allow` names are passed over; at most 200 hits come back.
 */
export function searchOldVersion(
  files: readonly { readonly path: string; readonly text: string }[],
  versions: { readonly old: Release; readonly next: Release },
  allow: readonly string[],
): readonly Hit[] {
  const { old, next } = versions
  if (old.full === next.full) return []
  const pattern = new RegExp(versionPattern([old.version === next.version ? old.full : old.version]))
  const hits: Hit[] = []
  for (const { path, text } of files) {
    if (hits.length >= MOST_HITS) break
    if (!matchesGlob(path, [...ASIDE, ...allow])) hits.push(...hitsIn(path, text, pattern))
  }
  return hits.slice(0, MOST_HITS)
}

function hitsIn(path: string, text: string, pattern: RegExp): readonly Hit[] {
  if (!pattern.test(text)) return []
  return text
    .split('\n')
    .flatMap((line, index) => {
      if (!pattern.test(line)) return []
      return [{ path, line: index + 1, text: visible(line.trim().slice(0, LONGEST_LINE)) }]
    })
    .slice(0, MOST_HITS)
}
