/** The noun of asking: what a person wants, once their words were understood. */

/** Absent means: the default of the place, or the deployment that the command can only mean. */
export type Request =
  | {
      readonly kind: 'deploy'
      readonly project?: string
      /** As it was typed: `3.1.3`, `3.1.3+002`, `patch`. Absent: offer the choices. */
      readonly target?: string
      readonly dryRun: boolean
      readonly notes?: string
      /** Why it is deployed in a freeze. */
      readonly override?: string
    }
  | { readonly kind: 'verify'; readonly project?: string; readonly version?: string }
  | { readonly kind: 'status'; readonly number?: number }
  | { readonly kind: 'timeline'; readonly number?: number }
  | { readonly kind: 'history'; readonly project?: string; readonly audit: boolean; readonly chart: boolean }
  | { readonly kind: 'logs'; readonly number?: number; readonly step?: string }
  /** `target`: `#42` or a version. Absent: the last one. */
  | { readonly kind: 'certificate'; readonly target?: string; readonly project?: string }
  | { readonly kind: 'retry'; readonly number?: number }
  /** `free`: the slot is given free although something may still run. */
  | { readonly kind: 'cancel'; readonly number?: number; readonly free: boolean }
  /**
   * `version`: typed by whoever asked for the release and approves it too. `plan`: which of several, where the question offers
   * some. `override`: why an admin approves in place of others. `revoke`: takes one's own approval back.
   */
  | {
      readonly kind: 'approve'
      readonly number: number
      readonly version?: string
      readonly plan?: string
      readonly override?: string
      readonly revoke: boolean
    }
  | { readonly kind: 'deny'; readonly number: number; readonly reason?: string }
  /** `fix`: the id of the offer, as the card names it. */
  | { readonly kind: 'fix'; readonly number: number; readonly fix?: string }
  /** `target`: `#42` or a version. Absent: offer the last good ones. */
  | { readonly kind: 'rollback'; readonly target?: string; readonly only?: string; readonly project?: string }
  | { readonly kind: 'diagnose'; readonly number?: number }
  | { readonly kind: 'incident'; readonly number?: number; readonly note?: string }
  | { readonly kind: 'acknowledge'; readonly number?: number }
  | { readonly kind: 'lock'; readonly reason?: string; readonly project?: string }
  /** `lock`: the id of the lock that was seen. */
  | { readonly kind: 'unlock'; readonly lock?: string; readonly project?: string }
  | { readonly kind: 'help'; readonly command?: string }

export type RequestKind = Request['kind']
export type RequestOf<K extends RequestKind> = Extract<Request, { readonly kind: K }>

/** The number of a target that names a deployment: `#42`, and `42` for shells, which take the sign for a comment. */
export function numberedTarget({ target }: Pick<RequestOf<'rollback' | 'certificate'>, 'target'>): number | undefined {
  const number = /^#?(\d{1,9})$/.exec(target ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}
