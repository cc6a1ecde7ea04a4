/** The key that certificates and checkpoints are signed with. It never leaves this port. */

export type Signed =
  | { readonly ok: true; readonly envelope: string; readonly publicKey: string }
  | { readonly ok: false; readonly reason: string }

export interface Signer {
  /** The text of the envelope around a statement, and the public key (PEM) that it can be checked with. Never rejects. */
  sign(statement: string): Promise<Signed>
}
