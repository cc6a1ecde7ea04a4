/** The line of a project: one deployment at a time, the others wait for their turn. */
import type { Deployment } from './deployment.ts'

/** Open deployments of the same project whose turn is before this one's, in their order. */
export function aheadOf(deployment: Deployment, all: readonly Deployment[]): readonly Deployment[] {
  return all.filter((each) => isBeside(each, deployment) && isBefore(each, deployment)).toSorted(inLine)
}

/** Open deployments of the same project that wait behind this one. */
export function behind(deployment: Deployment, all: readonly Deployment[]): readonly Deployment[] {
  return all.filter((each) => isBeside(each, deployment) && isBefore(deployment, each)).toSorted(inLine)
}

function isBeside(other: Deployment, { project, number }: Deployment): boolean {
  return other.project.name === project.name && other.number !== number && other.endedAt === undefined
}

function isBefore(a: Deployment, b: Deployment): boolean {
  return inLine(a, b) < 0
}

/** What has begun is before what has not, whatever the numbers. */
function inLine(a: Deployment, b: Deployment): number {
  const begun = (each: Deployment) => (each.startedAt === undefined ? 1 : 0)
  return begun(a) - begun(b) || a.number - b.number
}
