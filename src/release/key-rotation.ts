/** A new key in place of an old one: a statement that both have signed, so that whoever trusts one can trust the other. */
import { createHash } from 'node:crypto'
import { isPublicKey, isSignedBy, keyIdOf, openEnvelope } from './dsse.ts'
import { readStatement, statementText } from './statement.ts'

interface Rotation {
  readonly from: string
  readonly to: string
  readonly rotatedAt: string
}

/** `from` and `to` are public keys as PEM, `at` is ms since the epoch. */
export function rotationStatement(from: string, to: string, at: number): string {
  const sha256 = createHash('sha256').update(to).digest('hex')
  const rotation: Rotation = { from, to, rotatedAt: new Date(at).toISOString() }
  return statementText('rotation', [{ name: PUBLIC_KEY_FILE, digest: { sha256 } }], rotation)
}

/** The name of the public key beside the certificates. */
export const PUBLIC_KEY_FILE = 'slipway.pub'

/** Where the rotation to a key lies among the certificates. */
export function rotationFile(to: string): string {
  return `key-${keyIdOf(to).slice(0, 16)}.json`
}

export function isRotationFile(name: string): boolean {
  return /^key-[0-9a-f]{16}\.json$/.test(name)
}

/** The key that is trusted, and those that rotations lead to from it, forward and back. `rotations` are texts of envelopes. */
export function trustedKeys(trusted: string, rotations: readonly string[]): readonly string[] {
  const known = [trusted]
  const steps = rotations.flatMap(rotationIn)
  for (let at = 0; at < known.length; at += 1) {
    const here = keyIdOf(known[at] ?? trusted)
    const next = steps.flatMap(({ from, to }) => (keyIdOf(from) === here ? [to] : keyIdOf(to) === here ? [from] : []))
    for (const key of next) if (!known.some((each) => keyIdOf(each) === keyIdOf(key))) known.push(key)
  }
  return known
}

function rotationIn(text: string): readonly Rotation[] {
  const envelope = openEnvelope(text)
  const said = envelope && readStatement<Rotation>('rotation', envelope.payload)?.predicate
  if (envelope === undefined || said === undefined || !isPublicKey(said.from) || !isPublicKey(said.to)) return []
  return isSignedBy(envelope, said.from) && isSignedBy(envelope, said.to) ? [said] : []
}
