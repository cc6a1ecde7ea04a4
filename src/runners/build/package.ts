/** Package: one target's output as a tarball whose bytes depend only on the release commit and what was built from it. */
import type { Files } from '../../ports/files.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import type { PackageRules } from '../../release/project.ts'
import { fillTemplate } from '../../release/version.ts'
import { cloneOf, outputOf, packageFolder, packageName, targetOf } from '../artifacts.ts'
import { type Action, type Context, step } from '../step.ts'
import { outputNames } from './output.ts'

type PackageActions = { readonly pack: Action; readonly sum: Action }

/** As many names as a person reads before pressing; all of them lie beside the package. */
const KEPT_CHANGES = 50

export const pack = step<PackageActions>({
  describe(facts) {
    const file = `${packageFolder(facts)}/${packageName(facts)}`
    return {
      pack: { do: 'own', what: `pack ${outputOf(facts, rulesOf(facts).target)} into ${file}` },
      sum: { do: 'edit', file: `${file}.sha256`, what: 'the sum of the package' },
    }
  },
  run: packed,
})

async function packed(context: Context<PackageActions>): Promise<Outcome> {
  const { facts, ports } = context
  const rules = rulesOf(facts)
  const names = await outputNames(facts, ports.files, rules.target)
  if (isProblem(names)) return { ok: false, problem: names }
  const name = `${packageName(facts)}`
  const to = `${packageFolder(facts)}/${name}`
  await ports.files.remove(packageFolder(facts))
  await ports.files.folder(packageFolder(facts))
  const root = fillTemplate(rules.root, facts.release)
  const { output: below } = targetOf(facts, rules.target)
  const mtime = Number(facts.known.commitTime)
  const made = await ports.files.pack(cloneOf(facts, rules.target), { to, below, root, mtime })
  await ports.files.write(`${to}.sha256`, `${made.sha256}  ${name}\n`, 0o644)
  await ports.files.write(`${to}.files`, JSON.stringify(names))
  const evidence = { packageFile: to, packageSha256: made.sha256, packageBytes: made.bytes }
  return { ok: true, evidence: { ...evidence, ...(await contents(facts, ports.files, names)) } }
}

/** How many files the package has, and how their names differ from those of the release before where that package is still here. */
async function contents(
  facts: Facts,
  files: Files,
  names: readonly string[],
): Promise<Record<string, number | readonly string[]>> {
  const now = { packageFileCount: names.length }
  const before = await previousNames(facts, files)
  if (before === undefined) return now
  const [old, current] = [new Set(before), new Set(names)]
  return {
    ...now,
    packageAdded: shortened(names.filter((name) => !old.has(name))),
    packageRemoved: shortened(before.filter((name) => !current.has(name))),
  }
}

function shortened(names: readonly string[]): readonly string[] {
  const rest = names.length - KEPT_CHANGES
  return rest > 0 ? [...names.slice(0, KEPT_CHANGES), `and ${rest} more`] : names
}

/** The builds of earlier deployments lie beside this one's, by number; the previous release's package is known by its name. */
async function previousNames(facts: Facts, files: Files): Promise<readonly string[] | undefined> {
  if (facts.previous === undefined) return undefined
  const name = fillTemplate(rulesOf(facts).name, facts.previous)
  const beside = facts.folders.builds.slice(0, facts.folders.builds.lastIndexOf('/'))
  const numbers = (await files.list(beside))
    .map((entry) => Number(entry.name))
    .filter((number) => number < facts.number)
  for (const number of numbers.sort((a, b) => b - a)) {
    const text = await files.read(`${beside}/${number}/package/${name}.files`)
    if (text !== undefined) return JSON.parse(text)
  }
  return undefined
}

function rulesOf(facts: Facts): PackageRules {
  const rules = facts.project.build.package
  if (rules === undefined) throw new Error('the plan holds build.package, and the configuration makes no package')
  return rules
}
