/**
 * DSSE envelopes: a text and its signatures. What is signed are bytes, never a reading of them.
 * https://github.com/secure-systems-lab/dsse/blob/master/protocol.md and envelope.md, v1.0; signatures are Ed25519 (RFC 8032).
 */
import { createHash, createPublicKey, verify } from 'node:crypto'

/** As in-toto asks for: https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** `keyid` says which key to try and proves nothing. */
export interface Signature {
  readonly keyid: string
  /** Base64. */
  readonly sig: string
}

export interface Envelope {
  readonly payload: string
  readonly signatures: readonly Signature[]
}

/** PAE of the specification: what a signature covers. Lengths are in bytes. */
export function signedBytes(payload: string): Buffer {
  const body = Buffer.from(payload)
  const head = `DSSEv1 ${Buffer.byteLength(PAYLOAD_TYPE)} ${PAYLOAD_TYPE} ${body.length} `
  return Buffer.concat([Buffer.from(head), body])
}

/** An envelope as a file, one field a line, so that `sed` can take it apart. */
export function envelopeText({ payload, signatures }: Envelope): string {
  const fields = { payloadType: PAYLOAD_TYPE, payload: Buffer.from(payload).toString('base64'), signatures }
  return `${JSON.stringify(fields, null, 2)}\n`
}

/**
 * The envelope in a file, undefined where it is none. Only the very bytes that `envelopeText` writes count as one: base64 can be
 * written in several ways, and JSON in many.
 */
export function openEnvelope(text: string): Envelope | undefined {
  const fields = parsed(text)
  if (typeof fields?.payload !== 'string' || !Array.isArray(fields.signatures)) return undefined
  const payload = Buffer.from(fields.payload, 'base64').toString('utf8')
  const signatures = fields.signatures.flatMap(signatureIn)
  const envelope = { payload, signatures }
  return envelopeText(envelope) === text ? envelope : undefined
}

/** Whether the key, SPKI as PEM, has signed it. */
export function isSignedBy({ payload, signatures }: Envelope, publicKey: string): boolean {
  const keyid = keyIdOf(publicKey)
  return signatures.some(
    (signature) =>
      signature.keyid === keyid && verify(null, signedBytes(payload), publicKey, Buffer.from(signature.sig, 'base64')),
  )
}

/** Sha256, hex, of the public key as DER, so that it says the same wherever the PEM breaks its lines. Throws for what is no key. */
export function keyIdOf(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex')
}

/** The key as people compare it. */
export function fingerprintOf(publicKey: string): string {
  return `ed25519 ${keyIdOf(publicKey).slice(0, 32)}`
}

/** Whether a text is an Ed25519 public key as PEM. */
export function isPublicKey(text: string): boolean {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) return false
  try {
    return createPublicKey(text).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

function signatureIn(value: unknown): readonly Signature[] {
  if (typeof value !== 'object' || value === null || !('keyid' in value) || !('sig' in value)) return []
  const { keyid, sig } = value
  if (typeof keyid !== 'string' || typeof sig !== 'string') return []
  return [{ keyid, sig: Buffer.from(sig, 'base64').toString('base64') }]
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
