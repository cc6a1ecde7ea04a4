/**
 * The noun of configuration: one project as the file describes it, every default filled in.
 * `config/schema.ts` checks a file against these shapes; a deployment carries its own copy from its first event on.
 */

/** A command as a list of arguments. Nothing in it ever reaches a shell. */
export type Argv = readonly string[]

/** How an ssh connection is made. Paths are absolute; `knownHosts` is the only place where a host's key may come from. */
export interface SshAccess {
  readonly key?: string
  readonly knownHosts?: string
  readonly agent: boolean
  /** The host that the connection leads through. The same key lets it in, and the same file pins it. */
  readonly jump?: Jump
  /** Found out on the way: the one address family that answers. No setting. */
  readonly family?: AddressFamily
}

export interface Jump {
  readonly user: string
  readonly host: string
  readonly port: number
}

/** As ssh names them (ssh_config(5), AddressFamily). */
export type AddressFamily = 'inet' | 'inet6'

export interface Tag {
  /** A template: `{version}`, `{build}`, `{full}`. */
  readonly name: string
  /** `finish`: after everything was verified. `publish`: before the package is published, as a GitHub release needs it. */
  readonly when: 'finish' | 'publish'
}

export interface Repository {
  readonly url: string
  readonly branch: string
  readonly tag: Tag
  readonly ssh: SshAccess
}

/** A file that names the version, and how it does. `set` maps JSON keys to templates, `pattern` holds one placeholder. */
export type VersionFile =
  | { readonly file: string; readonly kind: 'pubspec' }
  | { readonly file: string; readonly kind: 'json'; readonly set: Readonly<Record<string, string>> }
  | { readonly file: string; readonly kind: 'pkgbuild' }
  | { readonly file: string; readonly kind: 'pattern'; readonly pattern: string }

export interface VersionRules {
  /** The one file that decides which version the product has. */
  readonly source: VersionFile
  readonly sync: readonly VersionFile[]
  /** Globs of files that may go on naming an old version. */
  readonly allow: readonly string[]
  readonly strict: boolean
}

export type Isolation =
  | { readonly kind: 'user'; readonly user: string }
  /** `read`: what builds may read beside the system, absolute. `user`: needed where the bot is root. */
  | { readonly kind: 'bubblewrap'; readonly user?: string; readonly read: readonly string[] }
  | { readonly kind: 'none' }

export interface BuildTarget {
  readonly name: string
  readonly run: readonly Argv[]
  /** The folder that holds what was built, relative to the clone. */
  readonly output: string
  /** A command, run in that folder, whose output must name the version. */
  readonly smoke?: Argv
}

/** The tarball made from one target. `name` and `root` are templates; `root` is the folder inside. */
export interface PackageRules {
  readonly target: string
  readonly name: string
  readonly root: string
}

/** Where the package becomes public. `url` is a template and is always downloaded again and compared. */
export type Publish =
  | { readonly kind: 'directory'; readonly directory: string; readonly url: string }
  | {
      readonly kind: 'sftp'
      readonly host: string
      readonly port: number
      readonly user: string
      readonly directory: string
      readonly ssh: SshAccess
      readonly url: string
    }
  | {
      readonly kind: 'command'
      readonly run: readonly Argv[]
      /** Names of environment variables that these commands see besides; builds do not. */
      readonly environment?: readonly string[]
      readonly url: string
    }
  /** Nothing is packed: the forge makes an archive of the tag, which has to hold the release commit and nothing else. */
  | { readonly kind: 'tag'; readonly url: string }

export interface BuildRules {
  readonly isolation: Isolation
  /** Names of environment variables that builds may see; everything else is withheld. */
  readonly environment: readonly string[]
  readonly clean: readonly Argv[]
  /** Asks the toolchain about itself when a build has failed. */
  readonly doctor?: readonly Argv[]
  readonly targets: readonly BuildTarget[]
  readonly package?: PackageRules
  readonly publish?: Publish
}

export interface Aur {
  readonly package: string
  /** The folder of the product's repository that holds PKGBUILD and its companions. */
  readonly directory: string
  readonly url: string
  /** The base address of the package pages and of the RPC. */
  readonly web: string
  readonly maintainer?: string
  readonly ssh: SshAccess
  readonly makepkg: { readonly args: Argv }
  /** Path of the installed program relative to the root, and its arguments; its output must name the version. */
  readonly smoke?: Argv
}

export interface Host {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly directory: string
  readonly ssh: SshAccess
  /** Base address at which this server alone answers; asked like `verify.app`. */
  readonly app?: string
}

export interface Vps {
  readonly hosts: readonly Host[]
  /** How many hosts are switched side by side, after the first one alone. */
  readonly batch: number
  /** Brings a target's output to the server. Absent: the server builds the web itself. */
  readonly upload?: { readonly target: string; readonly to: string }
  readonly stage: readonly Argv[]
  readonly deploy: Argv
  /** Paths of the checkout that are kept before a switch, so that a rollback needs no build. */
  readonly keep: readonly string[]
  readonly restart?: Argv
  readonly status?: Argv
  readonly logs?: Argv
  readonly irreversible: readonly string[]
}

export interface VerifyRow {
  readonly name: string
  readonly run: readonly Argv[]
}

export interface Verify {
  /** Base address of the web application; `/version.json` is asked below it. */
  readonly app?: string
  readonly site?: string
  /** PEM file of an own certificate authority. */
  readonly ca?: string
  readonly deadlineMinutes: number
  readonly rows: readonly VerifyRow[]
}

export interface ApprovalRules {
  readonly expireHours: number
  readonly needed: number
  readonly requesterMayApprove: boolean
  readonly rollback: { readonly requesterMayApprove: boolean }
}

export type Grant = 'everyone' | readonly string[]

/** Which roles may do what; a role that is not named is refused. */
export interface Access {
  readonly view: Grant
  readonly deploy: Grant
  readonly approve: Grant
  readonly admin: Grant
}

export interface Role {
  readonly slack: { readonly users: readonly string[]; readonly groups: readonly string[] }
  readonly discord: { readonly users: readonly string[]; readonly roles: readonly string[] }
  readonly terminal: readonly string[]
}

/** The accounts of one person, by platform. */
export type Person = Readonly<Partial<Record<'slack' | 'discord' | 'terminal', string>>>

export interface Freeze {
  readonly days: readonly string[]
  readonly hours?: string
  readonly dates: readonly string[]
  readonly zone: string
}

/** How long a step may take, and how long what it runs may print nothing, in minutes. */
export interface StepBounds {
  readonly minutes?: number
  readonly quiet?: number
}

export interface Project {
  readonly name: string
  readonly title: string
  readonly repository: Repository
  readonly version: VersionRules
  readonly build: BuildRules
  readonly aur?: Aur
  readonly vps?: Vps
  readonly verify: Verify
  readonly documentation: readonly string[]
  readonly approvals: ApprovalRules
  readonly access: Access
  readonly channels: { readonly slack: readonly string[]; readonly discord: readonly string[] }
  readonly announce: { readonly slack: readonly string[]; readonly discord: readonly string[] }
  readonly mirror: boolean
  /** Hosts that public addresses may redirect to, besides the project's own. */
  readonly redirects: readonly string[]
  readonly onCall: readonly string[]
  readonly runbook?: string
  readonly incidents: { readonly directory: string; readonly commit: boolean }
  readonly freeze: readonly Freeze[]
  /** Bounds by step name, in place of the plan's. */
  readonly deadlines: Readonly<Record<string, StepBounds>>
  readonly waitHours: number
  readonly roles: Readonly<Record<string, Role>>
  readonly people: Readonly<Record<string, Person>>
}

/** One setting that differs; a side is absent where it is not set. */
export interface ChangedSetting {
  readonly name: string
  readonly before?: string
  readonly after?: string
}

/** What slipway.yaml says now in place of what a deployment began with. */
export interface Reconfigured {
  /** Of the configuration as it is now: each is told once. */
  readonly digest: string
  /** The first of them, rules of questions before all others. */
  readonly changes: readonly ChangedSetting[]
  readonly more: number
  /** The project is not there any more. */
  readonly gone?: true
}
