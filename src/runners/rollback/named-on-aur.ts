/** Whether what the AUR offers still leads to this release's package: then neither the package nor its tag may go. */
import { askHead, fetchHead, fileAt, REMOTE } from '../../argv/aur.ts'
import type { GitCommand } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { effectsOf } from '../../release/undo.ts'
import { aurProblem } from '../aur/remote.ts'
import { addressOf } from '../build/address.ts'
import type { Context } from '../step.ts'

export function describeNamed(facts: Facts): readonly GitCommand[] {
  return facts.project.aur === undefined ? [] : [askHead(facts), fetchHead(facts), fileAt(facts, REMOTE, '.SRCINFO')]
}

/** A problem while the AUR names its address, or while nobody can tell. */
export async function namedOnAur({ facts, deployment, execute }: Context): Promise<Problem | undefined> {
  const { aur } = facts.project
  if (aur === undefined || !effectsOf(deployment).some(({ name }) => name === 'aur.submit')) return undefined
  let said = ''
  for (const action of describeNamed(facts)) {
    const exit = await execute(action)
    if (exit.code !== 0) return aurProblem(facts, exit, 'aur.clone-failed')
    said = exit.stdout
  }
  const values = { url: addressOf(facts), package: aur.package }
  return said.includes(addressOf(facts)) ? problem('rollback.publish-named', values) : undefined
}
