/** Which deployment a `/deploy` joins instead of beginning another one. */
import type { Deployment } from './deployment.ts'
import { isRelative } from './target.ts'
import { isMisread, type Release, readRelease } from './version.ts'

/**
 * The deployment that a typed target means: the one of that very version, or, since what a relative target follows on is not
 * decided while one is under way, the first of them. `open` are those of the project, ascending.
 */
export function joins(target: string, open: readonly Deployment[]): Deployment | undefined {
  const going = open.filter(isGoingOn)
  if (isRelative(target)) return going[0]
  const read = readRelease(target, true)
  return isMisread(read) ? undefined : going.find(({ release }) => isMeant(release, read))
}

/** Whether it may still come to its release: one that is being cancelled or was denied only ends its steps. */
function isGoingOn({ kind, endedAt, cancel, gates }: Deployment): boolean {
  const isEnding = endedAt !== undefined || cancel !== undefined || gates.some(({ status }) => status === 'denied')
  return kind === 'release' && !isEnding
}

/** Without a build number it is the version alone that counts. */
function isMeant(release: Release, wanted: Release): boolean {
  return wanted.build === undefined ? release.version === wanted.version : release.full === wanted.full
}
