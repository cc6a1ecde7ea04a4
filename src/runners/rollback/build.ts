/** rollback.build: what this deployment built is cleaned away, and the package of the version gone back to is looked for. */
import { dirname, join } from 'node:path'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { fillTemplate } from '../../release/version.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const build = step({ describe, observe: async () => ({ seen: 'not-done' }), run })

function describe(facts: Facts) {
  const name = previousPackage(facts)
  const kept: Action[] =
    name === undefined ? [] : [{ do: 'own', what: `look for ${name} among the builds that are kept` }]
  const clean: Action = {
    do: 'own',
    what: `remove what was built for ${facts.release.full} below ${dirname(facts.folders.builds)}`,
  }
  return { clean, kept }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports } = context
  const cleaned = buildsOf(context)
  for (const folder of cleaned) await ports.files.remove(folder)
  const name = previousPackage(facts)
  if (name === undefined) return { ok: true, evidence: { cleaned } }
  const found = await keptPackage(context, name)
  const note = found === undefined ? `${name} is not among the builds that are kept here` : `kept: ${found}`
  return { ok: true, evidence: { cleaned, ...(found !== undefined && { previousPackage: found }) }, notes: [note] }
}

/** The folders of the deployments that are taken back: this one, or those that a rollback of its own is for. */
function buildsOf({ facts, deployment }: Context): readonly string[] {
  const numbers = deployment.undoes?.numbers ?? [facts.number]
  return numbers.map((number) => join(dirname(facts.folders.builds), String(number)))
}

/** The package before, whole by the sum that was written beside it. Nothing of another build is changed. */
async function keptPackage({ facts, ports }: Context, name: string): Promise<string | undefined> {
  const all = dirname(facts.folders.builds)
  for (const entry of await ports.files.list(all)) {
    const file = join(all, entry.name, 'package', name)
    const sum = (await ports.files.read(`${file}.sha256`))?.slice(0, 64)
    if (sum !== undefined && (await ports.files.exists(file)) && (await ports.files.sha256(file)) === sum) return file
  }
  return undefined
}

function previousPackage({ project, previous }: Facts): string | undefined {
  const rules = project.build.package
  return rules && previous && fillTemplate(rules.name, previous)
}
