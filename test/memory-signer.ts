/** A signing key that is nowhere but in memory. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Signer } from '../src/ports/signer.ts'
import { envelopeText, keyIdOf, signedBytes } from '../src/release/dsse.ts'

/** A key of its own; `publicKey` as PEM. */
export function memorySigner(): Signer & { readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return {
    publicKey,
    sign: async (payload) => {
      const sig = sign(null, signedBytes(payload), privateKey).toString('base64')
      const envelope = envelopeText({ payload, signatures: [{ keyid: keyIdOf(publicKey), sig }] })
      return { ok: true, envelope, publicKey }
    },
  }
}
