/** In-toto statements: what is said, of which files. https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** What Slipway says itself; the names are explained in the README. */
export const PREDICATES = {
  certificate: 'urn:slipway:certificate:1',
  rotation: 'urn:slipway:key-rotation:1',
  checkpoint: 'urn:slipway:journal-checkpoint:1',
  provenance: 'https://slsa.dev/provenance/v1',
} as const

/** A file by its name, or a commit by the address of its repository; digests are hex. */
export interface Subject {
  readonly name: string
  readonly digest: { readonly sha256: string } | { readonly gitCommit: string }
}

export interface Statement<P = unknown> {
  readonly _type: typeof STATEMENT_TYPE
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: P
}

/** The payload of an envelope. */
export function statementText(predicate: keyof typeof PREDICATES, subject: readonly Subject[], said: unknown): string {
  return JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType: PREDICATES[predicate], predicate: said })
}

/** What a payload says, where it is a statement of that kind. Only ask this of a payload whose signature holds. */
export function readStatement<P>(predicate: keyof typeof PREDICATES, payload: string): Statement<P> | undefined {
  try {
    const statement = JSON.parse(payload) as Statement<P>
    const isOfKind = statement._type === STATEMENT_TYPE && statement.predicateType === PREDICATES[predicate]
    return isOfKind && Array.isArray(statement.subject) ? statement : undefined
  } catch {
    return undefined
  }
}
