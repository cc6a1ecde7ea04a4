/** Update PKGBUILD: version, pkgrel, the AUR's epoch, and the address and sum of our package, in a copy kept for the AUR. */
import { aurOf, changesOf, cloneAur, compareFiles, exportSource, fileAt, knownHead, REMOTE } from '../../argv/aur.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { editPkgbuild, type PkgbuildChange } from '../../release/pkgbuild/edit.ts'
import { epochOf } from '../../release/pkgbuild/epoch.ts'
import type { PkgbuildValues } from '../../release/pkgbuild/values.ts'
import { parsePkgbuild, valueIn } from '../../release/pkgbuild.ts'
import { nextPkgrel, toPkgver, vercmp } from '../../release/pkgver.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { isWhole } from '../../release/text.ts'
import { publicAddress } from '../artifacts.ts'
import { type CommandAction, runAll, withLog } from '../build/commands.ts'
import { namesBelow } from '../names-below.ts'
import { type Action, type Context, step } from '../step.ts'
import { fullVersion, type Live, readEarlier, readLive } from './live.ts'
import { aurProblem } from './remote.ts'
import { sourceOf } from './source.ts'

type Names = 'read' | 'write' | 'clone' | 'head' | 'live' | 'earlier' | 'empty' | 'add' | 'same'
type PkgbuildActions = { readonly [name in Names]: CommandAction } & { readonly edit: Action }

const EDITED = 'pkgver, pkgrel, the epoch of the AUR, the address and the sum of the package'

export const pkgbuild = step<PkgbuildActions>({
  describe(facts) {
    const source = sourceOf(facts)
    const { empty, add, same } = compareFiles(facts, source)
    return {
      ...exportSource(facts, `${facts.folders.packageTest}/index`, source),
      clone: cloneAur(facts),
      head: knownHead(facts),
      live: fileAt(facts, REMOTE, '.SRCINFO'),
      earlier: changesOf(facts, '.SRCINFO'),
      edit: { do: 'edit', file: `${source}/PKGBUILD`, what: EDITED },
      empty,
      add,
      same,
    }
  },

  async run(context) {
    const text = await exported(context)
    if (isProblem(text)) return withLog(context, text)
    const aur = await cloned(context)
    if (isProblem(aur)) return withLog(context, aur)
    return edited(context, text, aur)
  },
})

/** The text of the release commit's PKGBUILD, its companions beside it. */
async function exported(context: Context<PkgbuildActions>): Promise<string | Problem> {
  const { facts, ports, actions } = context
  const source = sourceOf(facts)
  await ports.files.remove(facts.folders.packageTest)
  await ports.files.folder(source, 0o755)
  const failed = await runAll(context, [actions.read, actions.write])
  const link = failed ? undefined : (await namesBelow(ports.files, source)).find(({ kind }) => kind === 'link')
  if (link) return problem('aur.source-link', { name: link.name })
  await ports.files.remove(`${source}/.SRCINFO`)
  const text = failed ? undefined : await ports.files.read(`${source}/PKGBUILD`)
  const { directory } = aurOf(facts)
  if (text === undefined) return problem('aur.no-source', { directory })
  return isWhole(text) ? text : problem('preflight.version-file-encoding', { file: `${directory}/PKGBUILD` })
}

interface AurNow {
  /** Empty where nobody has submitted the package yet. */
  readonly head: string
  readonly live?: Live
  /** What users may have, although it was taken back since. */
  readonly earlier: readonly Live[]
}

async function cloned(context: Context<PkgbuildActions>): Promise<AurNow | Problem> {
  const { facts, ports, actions, execute } = context
  await ports.files.remove(facts.folders.aur)
  const clone = await execute(actions.clone)
  if (clone.code !== 0) return aurProblem(facts, clone, 'aur.clone-failed')
  const head = (await execute(actions.head)).stdout.trim()
  if (head === '') return { head, earlier: [] }
  const live = readLive((await execute(actions.live)).stdout)
  const earlier = readEarlier((await execute(actions.earlier)).stdout)
  return { head, earlier, ...(live && { live }) }
}

async function edited(context: Context<PkgbuildActions>, text: string, aur: AurNow): Promise<Outcome> {
  const { facts } = context
  const pkgver = toPkgver(facts.release)
  if (isProblem(pkgver)) return { ok: false, problem: pkgver }
  const numbers = { pkgver, epoch: epochOf(aur.live?.full ?? '') }
  const kept = aur.live?.pkgver === pkgver && (await isThere(context, text, { ...numbers, pkgrel: aur.live.pkgrel }))
  const pkgrel = kept ? aur.live.pkgrel : nextPkgrel(pkgver, highest(aur, numbers))
  const made = await write(context, text, { ...numbers, pkgrel })
  if (isProblem(made)) return { ok: false, problem: made }
  const refused = tooLow(made.version, aur.live)
  if (refused) return { ok: false, problem: refused }
  const changes = made.changes.map(spoken)
  const evidence = { pkgrel, aurHead: aur.head, packageVersion: made.version, pkgbuildChanges: changes }
  return { ok: true, evidence, notes: kept ? [`already there: ${made.version}`] : [] }
}

/** Of this very pkgver: a new build of it has to be above what was taken back, or nobody who has that would get it. */
function highest({ live, earlier }: AurNow, { pkgver, epoch = 0 }: Numbers): Live | undefined {
  const known = [...(live ? [live] : []), ...earlier]
  const same = known.filter((one) => one.pkgver === pkgver && epochOf(one.full) === epoch)
  return same.toSorted((a, b) => vercmp(a.full, b.full)).at(-1)
}

function spoken({ name, line, from, to }: PkgbuildChange): string {
  return from === '' ? `${line}: ${to.trim()} is added` : `${line}: ${name} ${from} to ${to}`
}

type Numbers = Pick<PkgbuildValues, 'pkgver' | 'pkgrel' | 'epoch'>

/** Whether an earlier deployment submitted these very files: then they need no new pkgrel. */
async function isThere(context: Context<PkgbuildActions>, text: string, numbers: Numbers): Promise<boolean> {
  const { actions } = context
  const made = await write(context, text, numbers)
  if (isProblem(made)) return false
  return (await runAll(context, [actions.empty, actions.add, actions.same])) === undefined
}

interface Made {
  readonly version: string
  readonly changes: readonly PkgbuildChange[]
}

async function write(
  { facts, ports }: Context<PkgbuildActions>,
  text: string,
  numbers: Numbers,
): Promise<Made | Problem> {
  const made = editPkgbuild(text, { ...numbers, ...ourPackage(facts) })
  if (isProblem(made)) return made
  const parsed = parsePkgbuild(made.text)
  if (isProblem(parsed)) return parsed
  await ports.files.write(`${sourceOf(facts)}/PKGBUILD`, made.text, 0o644)
  const [epoch, pkgver = '', pkgrel = ''] = ['epoch', 'pkgver', 'pkgrel'].map((name) => valueIn(parsed, name))
  return { version: fullVersion(epoch, pkgver, pkgrel), changes: made.changes }
}

function ourPackage(facts: Facts): Partial<Pick<PkgbuildValues, 'package'>> {
  const template = facts.project.build.publish?.url
  const url = publicAddress(facts)
  if (template === undefined || url === undefined) return {}
  return { package: { template, url, sha256: facts.known.packageSha256 } }
}

function tooLow(ours: string, live: Live | undefined): Problem | undefined {
  if (live === undefined || vercmp(ours, live.full) >= 0) return undefined
  return problem('aur.version-lower', { ours, live: live.full })
}
