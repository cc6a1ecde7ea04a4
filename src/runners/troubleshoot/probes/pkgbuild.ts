/** Is the PKGBUILD sound, are its sums those of our package, and does the .SRCINFO say the same? */
import { git } from '../../../argv/git.ts'
import type { Outcome } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import { ownEntry } from '../../../release/pkgbuild/address.ts'
import { lintPkgbuild } from '../../../release/pkgbuild/lint.ts'
import { entries, type Pkgbuild, parsePkgbuild } from '../../../release/pkgbuild.ts'
import { toPkgver } from '../../../release/pkgver.ts'
import { isProblem, type Problem } from '../../../release/problems.ts'
import { compareSrcinfo, parseSrcinfo } from '../../../release/srcinfo.ts'
import { publicAddress } from '../../artifacts.ts'
import { plannedValues } from '../../aur/planned-values.ts'
import { sourceOf } from '../../aur/source.ts'
import type { Action, Ports } from '../../step.ts'
import { answer, blind, causeOf, leftBy, probe } from '../probe.ts'

/** What bash itself said counts more than our reading: a bracket inside a function is only seen by it. */
export const pkgbuild = probe({
  describe: ({ folders, known, project }) => ({
    text: git(folders.clone, ['show', '--no-textconv', `${known.commit}:${project.aur?.directory}/PKGBUILD`]),
  }),
  async look({ facts, actions, deployment, execute }) {
    const { aur } = facts.project
    if (aur === undefined) return blind('the project has no package on the AUR')
    const cause = causeOf(deployment)
    if (cause.problem?.code === 'aur.pkgbuild-syntax')
      return answer('broken', `bash cannot read it: ${cause.lines[0] ?? 'it did not say where'}`)
    if (leftBy(facts, 'commit') === undefined) return blind('there is no release commit yet')
    const exit = await execute(actions.text)
    if (exit.code !== 0) return answer('broken', `the release commit has no ${aur.directory}/PKGBUILD`)
    const [wrong] = faultsOf(facts, exit.stdout, aur.package)
    return wrong ? answer('broken', wrong) : answer('sound', 'it can be read, and its sources and sums pair up')
  },
})

/** In the copy that goes to the AUR. */
export const sums = probe({
  describe: (facts) => ({ read: { do: 'own', what: `read the sums in ${sourceOf(facts)}/PKGBUILD` } satisfies Action }),
  async look({ facts, ports }) {
    const ours = leftBy(facts, 'packageSha256')
    const text = await ports.files.read(`${sourceOf(facts)}/PKGBUILD`)
    if (ours === undefined || text === undefined) return blind('the PKGBUILD for the AUR was not made yet')
    const said = sumOf(facts, text)
    if (isProblem(said)) return answer('unknown', said.what)
    if (said === undefined) return answer('none', 'the PKGBUILD does not name the published package')
    if (said === ours) return answer('same', `the PKGBUILD and the package agree on ${short(ours)}`)
    return answer('differ', `the PKGBUILD says ${short(said)}, the package is ${short(ours)}`)
  },
})

export const srcinfo = probe({
  describe: (facts) => ({
    read: { do: 'own', what: `compare PKGBUILD and .SRCINFO in ${sourceOf(facts)}` } satisfies Action,
  }),
  look: ({ facts, ports }) => compared(facts, ports),
})

async function compared(facts: Facts, { files }: Pick<Ports, 'files'>): Promise<Outcome> {
  const [text, said] = [
    await files.read(`${sourceOf(facts)}/PKGBUILD`),
    await files.read(`${sourceOf(facts)}/.SRCINFO`),
  ]
  if (text === undefined) return blind('the PKGBUILD for the AUR was not made yet')
  if (said === undefined) return answer('none', 'there is no .SRCINFO yet')
  const read = parsePkgbuild(text)
  const printed = parseSrcinfo(said)
  if (isProblem(printed)) return answer('differ', printed.what)
  if (isProblem(read)) return answer('unknown', read.what)
  const { differences } = compareSrcinfo(printed, read)
  const [first] = differences
  if (first === undefined) return answer('same', 'both say the same')
  const words = (values: readonly string[]) => values.join(', ') || 'nothing'
  return answer('differ', `${first.key}: .SRCINFO says ${words(first.srcinfo)}, PKGBUILD ${words(first.pkgbuild)}`)
}

function faultsOf(facts: Facts, text: string, packageName: string): readonly string[] {
  const pkgver = toPkgver(facts.release)
  const edit = isProblem(pkgver) ? {} : { edit: plannedValues(facts, pkgver) }
  const faults = lintPkgbuild(text, { packageName, ...edit }).problems.map(({ what }) => what)
  const read = parsePkgbuild(text)
  const entry = isProblem(read) ? undefined : ours(facts, read)
  return [...faults, ...(isProblem(entry) ? [entry.what] : [])]
}

/** Our package among the sources, as the address of any release of it. */
function ours(facts: Facts, read: Pkgbuild): ReturnType<typeof ownEntry> | undefined {
  const template = facts.project.build.publish?.url
  const url = publicAddress(facts)
  return template === undefined || url === undefined ? undefined : ownEntry(read, { template, url })
}

/** The sum that the PKGBUILD gives for our package; undefined where it is not one of its sources. */
function sumOf(facts: Facts, text: string): string | undefined | Problem {
  const read = parsePkgbuild(text)
  const entry = isProblem(read) ? read : ours(facts, read)
  if (isProblem(read)) return read
  if (entry === undefined || isProblem(entry)) return entry
  return entries(read, entry.array.replace(/^source/, 'sha256sums'))[entry.index]?.text ?? 'no sum'
}

function short(sum: string): string {
  return sum.slice(0, 12)
}
