/** The certificate of a deployment: what was released, by whom, what stands where, and how each of it was verified. */

/** A row of the success matrix as `verify.matrix` left it. */
export interface CertifiedRow {
  readonly component: string
  readonly check: string
  readonly expected: string
  readonly found: string
  readonly verdict: string
  readonly command: string
  /** When it was found so. */
  readonly at?: string
}

/** A fix of the troubleshooting tree that was made on the way. */
export interface CertifiedFix {
  readonly fix: string
  readonly item?: string
  readonly at?: string
}

/** Plain data, the same for every reader; times are ISO 8601 in UTC, durations decimal minutes. */
export interface Certificate {
  readonly project: string
  readonly title: string
  readonly version: string
  readonly previous?: string
  readonly deployment: number
  readonly requestedAt: string
  readonly issuedAt: string
  readonly deployer: Person
  /** Set where an admin deployed it in a freeze. */
  readonly override?: { readonly by: Person; readonly reason: string; readonly freeze: string }
  readonly approvals: readonly CertifiedApproval[]
  /** Sha256 of the project's configuration, as the gates showed it. */
  readonly configuration: string
  /** How what the repository executes was kept from the keys. */
  readonly isolation: string
  readonly commits: { readonly release: string; readonly documentation?: string }
  readonly tag?: string
  readonly package?: {
    readonly file: string
    readonly sha256: string
    readonly bytes: number
    readonly address?: string
  }
  readonly aur?: { readonly package: string; readonly version?: string; readonly commit: string }
  readonly servers: readonly CertifiedServer[]
  /** Titles of the phases that the project is not configured for. */
  readonly leftOut: readonly string[]
  /** Servers of which nobody outside could see what each serves, since they share an address. */
  readonly unseen?: readonly string[]
  readonly matrix: readonly CertifiedRow[]
  readonly fixes: readonly CertifiedFix[]
  /** Of phases by title, of steps by id; people's waiting is in neither. */
  readonly minutes: {
    readonly total: number
    readonly phases: Readonly<Record<string, number>>
    readonly steps: Readonly<Record<string, number>>
  }
  /** The certificate before it, of the same project: they form a chain. */
  readonly before?: Named
  /** The provenance of the package, a statement of its own. */
  readonly provenance?: Named
  /** The same in words, for whoever reads no JSON. */
  readonly words?: Named
}

/** Whoever did something, and from where. */
export interface Person {
  readonly name: string
  readonly platform: string
  readonly account: string
}

/** A file beside the certificate, and its digest, hex. */
export interface Named {
  readonly file: string
  readonly sha256: string
}

export interface CertifiedApproval {
  readonly gate: string
  readonly by: Person
  readonly at: string
  /** Sha256 of exactly what was approved. */
  readonly digest: string
  /** Why an admin approved in place of those whom the rules ask for. */
  readonly override?: string
}

export interface CertifiedServer {
  readonly name: string
  readonly commit: string
  readonly before?: string
  readonly serves?: string
}
