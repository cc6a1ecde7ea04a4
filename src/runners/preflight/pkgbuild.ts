/** preflight.pkgbuild: the PKGBUILD of the branch can be released; what the aur phase will put right is told, the rest stops. */
import { join } from 'node:path'
import { aurOf } from '../../argv/aur.ts'
import { git } from '../../argv/git.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { epochOf } from '../../release/pkgbuild/epoch.ts'
import { lintPkgbuild, type Mention, type PkgbuildLint } from '../../release/pkgbuild/lint.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { findCarriageReturns, isWhole, spokenLines } from '../../release/text.ts'
import { fullVersion, readLive } from '../aur/live.ts'
import { plannedValues } from '../aur/planned-values.ts'
import { aurInfo, aurInfoAddress } from '../aur-info.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { readTracked } from '../version/texts.ts'

type Actions = ReturnType<typeof describe>

export const pkgbuild = step<Actions>({ describe, run })

function describe(facts: Facts) {
  const { directory } = aurOf(facts)
  return {
    tracked: git(facts.folders.clone, ['--literal-pathspecs', 'ls-files', '--stage', '-z', '--', directory]),
    info: { do: 'request', url: aurInfoAddress(aurOf(facts)) } satisfies Action,
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports, actions } = context
  const { directory, package: packageName } = aurOf(facts)
  const tracked = [...readTracked((await context.execute(actions.tracked)).stdout).keys()]
  const read = async (name: string) => {
    const file = join(directory, name)
    return tracked.includes(file) ? ports.files.read(join(facts.folders.clone, file)) : undefined
  }
  const text = readable(`${directory}/PKGBUILD`, await read('PKGBUILD'))
  if (isProblem(text)) return outcomeOf(context, [text], {})
  const pkgver = toPkgver(facts.release)
  if (isProblem(pkgver)) return outcomeOf(context, [pkgver], {})
  const released = facts.previous && toPkgver(facts.previous)
  const known = typeof released === 'string' ? { released } : {}
  const live = await liveVersion(context)
  const lint = lintPkgbuild(text, { packageName, edit: plannedValues(facts, pkgver, epochOf(live)), ...known })
  const problems = [...lint.problems, ...missingFiles(lint, directory, tracked)]
  const notes = [
    ...lint.rewritten.map((one) => rewritten(one, lint)),
    ...raised(lint, live),
    ...staleSrcinfo(lint, await read('.SRCINFO')),
  ]
  return outcomeOf(context, problems, { pkgver: lint.pkgver ?? null, pkgrelBefore: lint.pkgrel ?? null }, notes)
}

/** The text, if it is there and can be edited. */
function readable(file: string, text: string | undefined): string | Problem {
  if (text === undefined) return problem('preflight.pkgbuild-missing', { file })
  if (!isWhole(text)) return problem('preflight.version-file-encoding', { file })
  const returns = findCarriageReturns(text)
  return returns.length > 0 ? problem('version.carriage-returns', { file, lines: spokenLines(returns) }) : text
}

/** What users have there now. Where the AUR is silent the check of the package says so. */
async function liveVersion({ facts, ports }: Context<Actions>): Promise<string> {
  const info = await aurInfo(ports.http, aurOf(facts), facts.project.verify.ca)
  return info.answer === 'known' ? info.version : ''
}

/** The AUR refuses a package whose `install=`, `changelog=` or local sources are not beside it. */
function missingFiles({ files }: PkgbuildLint, directory: string, tracked: readonly string[]): readonly Problem[] {
  return files
    .filter((file) => !tracked.includes(join(directory, file)))
    .map((file) => problem('preflight.pkgbuild-companion', { file: `${directory}/${file}` }))
}

function rewritten({ line, version }: Mention, { pkgver }: PkgbuildLint): string {
  return `PKGBUILD line ${line} names ${version} while pkgver is ${pkgver}: the aur phase rewrites it`
}

/** A rollback may have raised the epoch there; nobody gets a release with a lower one. */
function raised({ epoch = '0' }: PkgbuildLint, live: string): readonly string[] {
  const wanted = epochOf(live)
  return Number(epoch) < wanted ? [`the aur phase sets epoch=${wanted}, as on the AUR (${live})`] : []
}

function staleSrcinfo({ pkgver, pkgrel, epoch }: PkgbuildLint, srcinfo: string | undefined): readonly string[] {
  if (srcinfo === undefined) return ['there is no .SRCINFO: the aur phase makes it']
  const said = readLive(srcinfo)
  if (pkgver === undefined || pkgrel === undefined || (said?.pkgver === pkgver && said.pkgrel === pkgrel)) return []
  const wanted = fullVersion(epoch, pkgver, pkgrel)
  return [`.SRCINFO says ${said?.full ?? 'no version'} and PKGBUILD ${wanted}: the aur phase makes it anew`]
}
