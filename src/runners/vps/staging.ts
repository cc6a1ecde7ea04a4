/** Where a deployment's things lie on a server, and the environment that pins the checkout's origin to them. */
import { pinnedTo } from '../../argv/server.ts'
import type { Facts } from '../../release/facts.ts'
import type { Project } from '../../release/project.ts'

export interface Staging {
  /** The bare repository whose branch is the release commit. */
  readonly pin: string
  readonly bundle: string
  readonly tarball: string
  /** Holds `output/`, what the tarball unpacks to. */
  readonly unpacked: string
  /** The folder of the detached deployment script. */
  readonly script: string
}

export function stagingOf(facts: Facts): Staging {
  const { job } = facts.known
  return {
    pin: `${job}/pin`,
    bundle: `${job}/release.bundle`,
    tarball: `${job}/web.tar.gz`,
    unpacked: `${job}/staged`,
    script: `${job}/deploy`,
  }
}

/**
 * Where the script's folder is kept once it ended, to make room for the next run: of an attempt that `failed`, or of whatever lay
 * there `before` an attempt.
 */
export function keptScript(facts: Facts, when: 'failed' | 'before', attempt: number): string {
  return `${stagingOf(facts).script}-${when}-${attempt}`
}

/** For whatever runs in the checkout and may fetch by itself. */
export function pinned(facts: Facts): Readonly<Record<string, string>> {
  return pinnedTo(stagingOf(facts).pin, facts.known.origin)
}

/** What of a checkout a rollback puts back, relative to it: what is configured, and whatever the release replaces itself. */
export function pathsToKeep({ vps }: Pick<Project, 'vps'>): readonly string[] {
  return [...new Set([...(vps?.keep ?? []), ...(vps?.upload ? [relative(vps.upload.to)] : [])])]
}

function relative(path: string): string {
  return path.replace(/^(\.?\/)+|\/+$/g, '')
}

/** The folder of the checkout that the staged web is served from, absolute; undefined where the server builds its own. */
export function servedFolder(facts: Facts, directory: string): string | undefined {
  const to = facts.project.vps?.upload?.to
  return to === undefined ? undefined : `${directory.replace(/\/+$/, '')}/${relative(to)}`
}
