/** The rows about what users of the AUR get: the version it offers, its own two files, and the package they lead to. */
import { type GitCommand, git, gitClone } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import type { Reading } from '../../release/matrix.ts'
import { type Pkgbuild, parsePkgbuild } from '../../release/pkgbuild.ts'
import { isProblem } from '../../release/problems.ts'
import type { Aur } from '../../release/project.ts'
import { compareSrcinfo, parseSrcinfo } from '../../release/srcinfo.ts'
import { aurInfo, aurInfoAddress } from '../aur-info.ts'
import { webAccess } from '../web-access.ts'
import { lagOf, noAnswer, programFault, type Reader, type Round, scratch } from './look.ts'
import { promisedSum } from './package-sum.ts'

/** The version that the AUR offers. */
export const aurLive: Reader = {
  describe: (facts) => [{ do: 'request', url: aurInfoAddress(aurOf(facts)) }],
  async read({ facts, ports }) {
    const info = await aurInfo(ports.http, aurOf(facts), facts.project.verify.ca)
    if (info.answer === 'known') return { found: info.version }
    return info.answer === 'unknown' ? { found: 'no such package' } : { fault: info.said, lag: lagOf('the AUR') }
  },
}

/** Whether the AUR's .SRCINFO says what its PKGBUILD says. */
export const aurSrcinfo: Reader = {
  describe: describeAurFiles,
  async read(round) {
    const files = await aurFiles(round)
    if (!('pkgbuild' in files)) return files
    const srcinfo = parseSrcinfo(files.srcinfo)
    if (isProblem(srcinfo)) return { found: srcinfo.what }
    const { differences } = compareSrcinfo(srcinfo, files.pkgbuild)
    if (differences.length === 0) return { found: 'equal' }
    return { found: `different in ${differences.map(({ key }) => key).join(', ')}` }
  },
}

/** The package: the bytes of this release, the sum in the AUR's PKGBUILD and a fresh download are the same. */
export const packageDigest: Reader = {
  describe: (facts, { packageUrl = '' }) => [
    ...(facts.project.aur ? describeAurFiles(facts) : []),
    { do: 'request', url: packageUrl },
  ],
  async read(round, row) {
    const [download, promised] = await Promise.all([downloaded(round), sumOnAur(round)])
    if (typeof download !== 'string') return download
    if (typeof promised === 'object') return promised
    const agree = download === row.expected && (promised === undefined || promised === download)
    if (agree) return { found: download }
    const sums = promised === undefined ? [] : [`PKGBUILD on the AUR ${promised || 'without a sum'}`]
    return { found: [...sums, `download ${download}`].join(', ') }
  },
}

async function downloaded({ facts, ports, expected, deadline }: Round): Promise<string | Reading> {
  const file = scratch(facts, 'download')
  await ports.files.folder(scratch(facts, ''))
  const timeoutMs = Math.max(1, deadline - ports.clock.now())
  const answer = await ports.http.download(expected.packageUrl ?? '', file, { timeoutMs, ...webAccess(facts.project) })
  await ports.files.remove(file)
  if (!answer.ok) return noAnswer(answer, 'the download')
  return answer.status === 200 ? answer.sha256 : { found: `HTTP ${answer.status}` }
}

/** The sum beside the source that is our package; undefined where the project has no AUR package. */
async function sumOnAur(round: Round): Promise<string | undefined | Reading> {
  if (round.facts.project.aur === undefined) return undefined
  const files = await aurFiles(round)
  if (!('pkgbuild' in files)) return files
  const { packageUrl = '' } = round.expected
  return promisedSum(files.pkgbuild, packageUrl) ?? { found: `PKGBUILD on the AUR does not name ${packageUrl}` }
}

interface AurFiles {
  readonly pkgbuild: Pkgbuild
  readonly srcinfo: string
}

/** Both files from a fresh clone, shared by the rows of one round. */
function aurFiles(round: Round): Promise<AurFiles | Reading> {
  const { facts, execute, ports } = round
  return round.once('aur', async () => {
    await ports.files.remove(cloneFolder(facts))
    const cloned = await execute(cloneOfAur(facts), { timeoutMs: 120_000 })
    if (cloned.code !== 0) return { fault: programFault(cloned), lag: lagOf('the AUR') }
    const [pkgbuild, srcinfo] = await Promise.all(NAMES.map((name) => execute(show(facts, name))))
    if (pkgbuild?.code !== 0 || srcinfo?.code !== 0) return { found: 'a repository without PKGBUILD and .SRCINFO' }
    const parsed = parsePkgbuild(pkgbuild.stdout)
    return isProblem(parsed) ? { found: parsed.what } : { pkgbuild: parsed, srcinfo: srcinfo.stdout }
  })
}

const NAMES = ['PKGBUILD', '.SRCINFO'] as const

function describeAurFiles(facts: Facts): readonly GitCommand[] {
  return [cloneOfAur(facts), ...NAMES.map((name) => show(facts, name))]
}

function cloneOfAur(facts: Facts): GitCommand {
  const { url, ssh } = aurOf(facts)
  return gitClone(url, cloneFolder(facts), ssh, ['--bare'])
}

function show(facts: Facts, name: string): GitCommand {
  return git(cloneFolder(facts), ['show', '--no-textconv', `HEAD:${name}`])
}

function cloneFolder(facts: Facts): string {
  return scratch(facts, 'aur.git')
}

function aurOf({ project }: Facts): Aur {
  if (project.aur === undefined) throw new Error('a row is about the AUR, and the project is not on it')
  return project.aur
}
