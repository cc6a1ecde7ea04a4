/** The sum beside the public package: whoever checks the package by it has to find that of this very package. */
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Publish } from '../../release/project.ts'
import type { Context } from '../step.ts'
import { type Answer, askSum, awaitAnswer, sumAddressOf } from './address.ts'

/** Whose the sum is: `ours` has to be there, `theirs` may be, and a forge puts none beside the archive of a tag. */
const SUMS: Readonly<Record<Publish['kind'], 'ours' | 'theirs' | 'none'>> = {
  directory: 'ours',
  sftp: 'ours',
  command: 'theirs',
  tag: 'none',
}

/** Whether a sum is looked for beside the package. */
export function hasSum(facts: Facts): boolean {
  return whose(facts) !== 'none'
}

/** Why the sum that is there now cannot stay, if so; one that is not there yet may still come. */
export async function wrongSum(context: Context): Promise<Problem | undefined> {
  return hasSum(context.facts) ? differing(context.facts, await askSum(context)) : undefined
}

/** The same, and one that this bot has put there is waited for. */
export async function missingSum(context: Context): Promise<Problem | undefined> {
  const { facts, ports } = context
  if (whose(facts) !== 'ours') return wrongSum(context)
  const url = sumAddressOf(facts)
  const began = ports.clock.now()
  const seen = await awaitAnswer(context, url, askSum)
  if (seen.answer === 'same' || seen.answer === 'other') return differing(facts, seen)
  const minutes = Math.round((ports.clock.now() - began) / 60_000)
  return problem('build.sum-not-public', { url, answer: seen.said, file: fileOf(facts), minutes })
}

/** A page without any sum in it is no sum of a project that publishes by its own command. */
function differing(facts: Facts, seen: Answer): Problem | undefined {
  if (seen.answer !== 'other' || (seen.sha256 === '' && whose(facts) === 'theirs')) return undefined
  const { packageSha256: sum } = facts.known
  const values = { url: sumAddressOf(facts), found: seen.sha256 === '' ? 'no sum at all' : seen.sha256, sum }
  return problem('build.sum-differs', { ...values, file: fileOf(facts) })
}

function fileOf(facts: Facts): string {
  return `${facts.known.packageFile}.sha256`
}

function whose({ project }: Facts): (typeof SUMS)[Publish['kind']] {
  return SUMS[project.build.publish?.kind ?? 'tag']
}
