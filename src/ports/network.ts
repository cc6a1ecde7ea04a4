/** Whether other machines can be reached at all, by name and by address, without speaking with them. */

export interface Place {
  /** A name, or an address of either family. */
  readonly host: string
  readonly port: number
}

/** One address that was tried. `fault` is why it did not answer: `refused` where somebody said no, `no answer`, or a code. */
export interface Tried {
  readonly family: 4 | 6
  readonly address: string
  readonly fault?: string
}

export type Reached =
  | { readonly resolved: true; readonly tried: readonly Tried[] }
  | { readonly resolved: false; readonly message: string }

export interface Network {
  /** Resolves the name and opens a connection to the first address of each family, which is closed again at once. */
  reach(place: Place, timeoutMs: number): Promise<Reached>
}
