/** Checks the files for the AUR by its own rules before anything is offered to it. */
import type { Files } from '../../ports/files.ts'
import type { Facts } from '../../release/facts.ts'
import type { Problem } from '../../release/problems.ts'

export async function brokenRules(_facts: Facts, _files: Files): Promise<Problem | undefined> {
  return undefined
}
