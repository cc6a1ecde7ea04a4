/** What a release makes, and where it lies: the clones that build, their outputs, the package, its public address. */
import type { Files } from '../ports/files.ts'
import type { Facts } from '../release/facts.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { BuildTarget } from '../release/project.ts'
import { fillTemplate } from '../release/version.ts'

/** The target of the configuration with this name. The plan names only those that are there. */
export function targetOf(facts: Facts, name: string): BuildTarget {
  const found = facts.project.build.targets.find((target) => target.name === name)
  if (found === undefined) throw new Error(`the plan names a build target that the configuration lacks: ${name}`)
  return found
}

/** The clone a target is built in. */
export function cloneOf(facts: Facts, target: string): string {
  return `${facts.folders.builds}/${target}`
}

/** The folder in that clone that holds what was built. */
export function outputOf(facts: Facts, target: string): string {
  return `${cloneOf(facts, target)}/${targetOf(facts, target).output}`
}

/**
 * A target's output as one file, out of reach of what built it: a .tar.gz with everything below `output/`.
 * Its sha256 is the evidence `output:<target>`, and it is what a server gets.
 */
export function packedOutput(facts: Facts, target: string): string {
  return `${facts.folders.builds}/output/${target}.tar.gz`
}

/** Where the package and its sum lie. */
export function packageFolder(facts: Facts): string {
  return `${facts.folders.builds}/package`
}

/** The package's file name, or undefined where the project makes none. */
export function packageName(facts: Facts): string | undefined {
  const rules = facts.project.build.package
  return rules && fillTemplate(rules.name, facts.release)
}

/** Where users download the package, or undefined where it is not published. */
export function publicAddress(facts: Facts): string | undefined {
  const publish = facts.project.build.publish
  return publish && fillTemplate(publish.url, facts.release)
}

/** The bot's own copy of what the public address answered, for comparing. */
export function downloadedCopy(facts: Facts): string {
  return `${facts.folders.builds}/downloaded`
}

/** A problem where a file is not, or no longer, the one with this sum. */
export async function changedArtifact(files: Files, file: string, sum: string): Promise<Problem | undefined> {
  const found = (await files.exists(file)) ? await files.sha256(file) : 'that of no file'
  return found === sum ? undefined : problem('build.artifact-changed', { file, sum, found })
}
