/**
 * The facts steps hand to later steps, each with the placeholder a dry run prints in its place.
 * A step leaves them as evidence under these names; `:name` is added for those of one host.
 */
import type { Evidence } from './deployment.ts'
import type { Project } from './project.ts'
import type { Release } from './version.ts'

export const FACTS = {
  /** Head of the release branch that the release starts from. */
  base: '<head of the branch>',
  commit: '<release commit>',
  /** Commit time of the release commit, seconds since the epoch. */
  commitTime: '<time of the release commit>',
  date: '<date of the build>',
  /** The remote head our push was made on. */
  pushedOver: '<head of the remote>',
  pkgrel: '<pkgrel>',
  packageFile: '<package file>',
  packageSha256: '<package sha256>',
  packageBytes: '<package size>',
  /** `[epoch:]pkgver-pkgrel`, as users see it. */
  packageVersion: '<package version>',
  aurHead: '<AUR head>',
  aurCommit: '<AUR commit>',
  pkgbuildSha256: '<PKGBUILD sha256>',
  srcinfoSha256: '<.SRCINFO sha256>',
  /** Absolute path of this deployment's job folder on a server; its name is random. */
  job: '<job folder>',
  /** The exact address that a server's checkout pulls from. */
  origin: '<origin of the checkout>',
  /** What a server served before this deployment. */
  keptCommit: '<commit that serves now>',
  documentationCommit: '<documentation commit>',
  tag: '<tag>',
} as const

export type FactName = keyof typeof FACTS
export type Known = Readonly<Record<FactName, string>>

/** Absolute paths, all below the data folder but `scratch`. */
export interface Folders {
  /** The bot's own clone of the project. */
  readonly clone: string
  /** One folder per target below it, each a clone without remotes, and `package/`. */
  readonly builds: string
  /** The clone of the AUR's repository. */
  readonly aur: string
  /** Where the package is built, installed and run. */
  readonly packageTest: string
  readonly logs: string
  readonly certificates: string
  readonly incidents: string
  /** HOME of everything that executes repository content. */
  readonly home: string
  /** The key that certificates are signed with: nothing that is isolated may read it. It may lie elsewhere. */
  readonly signingKey: string
}

/** Everything a step's command lines are made of. */
export interface Facts {
  readonly number: number
  readonly project: Project
  readonly release: Release
  /** The version before, X.Y.Z+BUILD, or undefined for a first release. */
  readonly previous?: Release
  readonly previousCommit?: string
  readonly requester: string
  /** ms since the epoch. */
  readonly requestedAt: number
  readonly notes?: string
  readonly folders: Folders
  /** The target or host of an `each` step. */
  readonly item: string
  readonly known: Known
  /** Everything that steps have left, for a step that can do without some of it: an undo step knows only what took effect. */
  readonly left: Evidence
}
