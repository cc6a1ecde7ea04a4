/** Checks the files for the AUR by its own rules before anything is offered to it. */
import { aurOf } from '../../argv/aur.ts'
import type { Files } from '../../ports/files.ts'
import { checkAurTree } from '../../release/aur-rules.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { namesBelow } from '../names-below.ts'
import { sourceOf } from './source.ts'

/** Every rule that the files break, as one problem. `headSrcinfoText` is what the AUR has now, where something changes. */
export async function brokenRules(
  facts: Facts,
  files: Files,
  headSrcinfoText: string | undefined,
): Promise<Problem | undefined> {
  const source = sourceOf(facts)
  const found = await namesBelow(files, source)
  const read = async (name: string) => (await files.read(`${source}/${name}`)) ?? ''
  const broken = checkAurTree({
    packageName: aurOf(facts).package,
    files: found.map(({ name, kind, bytes }) => ({ path: name, kind, bytes })),
    pkgbuildText: await read('PKGBUILD'),
    srcinfoText: await read('.SRCINFO'),
    ...(headSrcinfoText === undefined ? {} : { headSrcinfoText }),
  })
  if (broken.length === 0) return undefined
  const details = broken.map(({ what, remedy }) => `${what} ${remedy}`)
  return problem('aur.rules', { count: broken.length, directory: aurOf(facts).directory }, details)
}
