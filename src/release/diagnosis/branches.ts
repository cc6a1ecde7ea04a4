/**
 * Which branch of the tree a failure belongs to. One that is not here goes to a person, and so does every refusal: of a key, of
 * a push, of rules, of a gate. What can pass by itself and is not here is the network's; a bound of the bot's own is nobody's.
 */
import type { Problem, ProblemCode } from '../problems.ts'
import type { BranchName } from './tree.ts'

const BRANCHES: Readonly<Partial<Record<ProblemCode, BranchName>>> = {
  'build.program-version': 'version',
  'aur.program-version': 'version',
  'aur.package-version': 'version',
  'verify.git-version': 'version',
  'verify.version-file': 'version',
  'verify.pkgbuild': 'version',

  'build.failed': 'build',
  'build.clean-failed': 'build',
  'build.clone-failed': 'build',
  'build.no-output': 'build',
  'build.smoke-failed': 'build',
  'build.artifact-changed': 'build',

  'aur.checksum-mismatch': 'aur',
  'aur.pkgbuild-syntax': 'aur',
  'aur.package-does-not-build': 'aur',
  'aur.no-package': 'aur',
  'aur.srcinfo-failed': 'aur',
  'aur.srcinfo-syntax': 'aur',
  'aur.rules': 'aur',
  'aur.refused': 'aur',
  'aur.not-there': 'aur',
  'aur.commit-failed': 'aur',
  'build.tampered': 'aur',
  'verify.srcinfo': 'aur',
  'verify.package': 'aur',

  'vps.command-failed': 'vps',
  'vps.pull-failed': 'vps',
  'vps.not-at-release': 'vps',
  'vps.deploy-failed': 'vps',
  'vps.deploy-lost': 'vps',
  'vps.deploy-not-started': 'vps',
  'vps.status-failed': 'vps',
  'vps.serves-other': 'vps',
  'vps.serves-nothing': 'vps',
  'vps.dirty': 'vps',
  'verify.web': 'vps',
  'verify.served': 'vps',
  'verify.site': 'vps',
  'verify.commit': 'vps',
  'verify.own-check': 'vps',

  'preflight.remote-unreachable': 'network',
  'aur.unreachable': 'network',
  'aur.maintenance': 'network',
  'aur.clone-failed': 'network',
  'aur.push-failed': 'network',
  'aur.download-missing': 'network',
  'build.not-public': 'network',
  'build.publish-unreachable': 'network',
  'build.address-unclear': 'network',
  'vps.unreachable': 'network',
  'vps.no-banner': 'network',
  'vps.timeout': 'network',
  'vps.lost': 'network',
  'vps.ssh-failed': 'network',
  'verify.aur': 'network',
  'verify.unknown': 'network',
}

/** Bounds of the bot's own: what ran into one is not waited for. */
const BOUNDS: readonly ProblemCode[] = ['step.deadline', 'step.quiet']

/** Where several failures stand together, the one that can explain the others comes first. */
const FIRST: readonly BranchName[] = ['vps', 'aur', 'version', 'build', 'network']

/** The branch for one failure; undefined where no branch knows it. Of a matrix with several open rows, the most telling row's. */
export function branchOf({
  code,
  causes = [],
  passing,
}: Pick<Problem, 'code' | 'causes' | 'passing'>): BranchName | undefined {
  if (causes.length === 0) return BRANCHES[code] ?? (passing && !BOUNDS.includes(code) ? 'network' : undefined)
  const found = causes.map((cause) => BRANCHES[cause])
  return found.includes(undefined) ? undefined : FIRST.find((branch) => found.includes(branch))
}
