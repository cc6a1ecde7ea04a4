/** What to deploy where the public address of a release is taken. */
import semver from 'semver'
import type { Project } from '../project.ts'
import { fillTemplate, nextBuild, type Release, releaseOf } from '../version.ts'

/** The next build where the address of the package names builds, otherwise the next patch. Counted from the release itself. */
export function nextAddressed({ build: { publish } }: Project, release: Release): string {
  const { version, build } = release
  const next = build === undefined ? release : releaseOf(version, nextBuild(build))
  const template = publish?.url ?? ''
  const isOther = fillTemplate(template, next) !== fillTemplate(template, release)
  return (isOther ? next.full : semver.inc(version, 'patch')) ?? 'patch'
}
