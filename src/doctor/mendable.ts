/** A finding that a program can mend: what there is to be done about it. */
import type { Finding } from '../release/finding.ts'

/** A host as known_hosts knows it, with the file that it is pinned in. */
export interface Place {
  /** What it is for, such as `the AUR`. */
  readonly what: string
  readonly host: string
  readonly port: number
  readonly file: string
}

export type Mend =
  | { readonly do: 'folder'; readonly path: string; readonly mode: number }
  | { readonly do: 'pin'; readonly place: Place }

export interface Mendable extends Finding {
  readonly mend?: Mend
}
