/** What a failed makepkg means, by its own words. */
import { aurOf } from '../../argv/aur.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { publicAddress } from '../artifacts.ts'
import { endOf } from '../build/commands.ts'
import { installCommand } from '../install-command.ts'

type Cause =
  | 'aur.makepkg-root'
  | 'aur.makepkg-missing'
  | 'aur.bsdtar-missing'
  | 'aur.dependencies-missing'
  | 'aur.checksum-mismatch'
  | 'aur.download-missing'
  | 'aur.pkgbuild-syntax'
  | 'aur.package-does-not-build'

/** The first row that fits decides. */
const CAUSES: readonly (readonly [RegExp, Cause])[] = [
  [/as root is not allowed/i, 'aur.makepkg-root'],
  [/^(env|setpriv|runuser|bwrap): .*makepkg/im, 'aur.makepkg-missing'],
  [/bsdtar: command not found/i, 'aur.bsdtar-missing'],
  [/Could not resolve all dependencies|Missing dependencies/i, 'aur.dependencies-missing'],
  [/did not pass the validity check|Integrity checks .{0,80} differ in size/i, 'aur.checksum-mismatch'],
  [/Failure while downloading|was not found in the build directory and is not a URL/i, 'aur.download-missing'],
  [/syntax error|unexpected EOF|contains CRLF|Failed to source|unbound variable/i, 'aur.pkgbuild-syntax'],
]

/** Words why the package could not be made. The log's own lines go with it. */
export function makepkgProblem(facts: Facts, exit: Exit): Problem {
  const said = `${exit.stdout}\n${exit.stderr}`
  const found = CAUSES.find(([words]) => words.test(said))?.[1] ?? 'aur.package-does-not-build'
  const cause = exit.ended === 'not-found' ? 'aur.makepkg-missing' : found
  const install = installCommand(cause === 'aur.bsdtar-missing' ? 'bsdtar' : 'makepkg')
  const url = publicAddress(facts) ?? 'its address'
  const values = { package: aurOf(facts).package, code: endOf(exit), url, install }
  const details = said.split('\n').filter((line) => /error|failed|\bline \d+/i.test(line))
  return problem(cause, values, details.slice(0, 10))
}
