/** The signing key on the disk: made once, readable by its owner alone, read anew for every signature. Ed25519, PKCS #8 as PEM. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Signed, Signer } from '../ports/signer.ts'
import { envelopeText, keyIdOf, signedBytes } from '../release/dsse.ts'
import { rotationStatement } from '../release/key-rotation.ts'
import { word } from '../release/shell-words.ts'
import { writeDurably } from './durable.ts'
import { isThere } from './is-there.ts'

/** Why a key cannot be used, for whoever set it up. */
export class KeyRefused extends Error {}

/** Where the key of a data folder lies, unless another is given. */
export function keyFileIn(dataFolder: string): string {
  return join(dataFolder, 'keys', 'signing.pem')
}

/** Signs with the key of that file, whichever it holds at the time. */
export function createSigner(keyFile: string): Signer {
  return {
    sign: (statement) =>
      readKey(keyFile).then(
        (key) => signedWith([key], statement),
        (error: Error): Signed => ({ ok: false, reason: error.message }),
      ),
  }
}

/** The public key, PEM; with `make`, makes the key where there is none. Rejects with `KeyRefused`. */
export async function publicKeyOf(keyFile: string, { make }: { readonly make: boolean }): Promise<string> {
  if (make && !(await isThere(keyFile))) await makeKey(keyFile)
  return publicPem(await readKey(keyFile))
}

/**
 * Puts a new key in place of the old one. Hands the statement, signed by both, to `publish` before the old key goes; a rotation
 * that was cut short goes on with the key it had made. Rejects with `KeyRefused`.
 */
export async function rotateKey(
  keyFile: string,
  now: number,
  publish: (to: string, envelope: string) => Promise<void>,
): Promise<string> {
  const next = `${keyFile}.next`
  const old = await readKey(keyFile)
  if (!(await isThere(next))) await makeKey(next)
  const young = await readKey(next)
  const to = publicPem(young)
  const statement = rotationStatement(publicPem(old), to, now)
  await publish(to, signedWith([old, young], statement).envelope)
  await rename(next, keyFile)
  await writeDurably(publicFileOf(keyFile), to, 0o644)
  await rm(publicFileOf(next), { force: true })
  return to
}

/** The public key lies beside the private one. */
export function publicFileOf(keyFile: string): string {
  return `${keyFile.replace(/\.pem$/, '')}.pub`
}

function signedWith(keys: readonly KeyObject[], statement: string): Signed & { readonly ok: true } {
  const signatures = keys.map((key) => ({
    keyid: keyIdOf(publicPem(key)),
    sig: sign(null, signedBytes(statement), key).toString('base64'),
  }))
  const [first] = keys
  if (first === undefined) throw new Error('an envelope has at least one signature')
  return { ok: true, envelope: envelopeText({ payload: statement, signatures }), publicKey: publicPem(first) }
}

async function makeKey(keyFile: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519')
  try {
    await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
    await writeDurably(publicFileOf(keyFile), publicPem(privateKey), 0o644)
    await writeDurably(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600)
  } catch (error) {
    throw new KeyRefused(
      `The signing key ${keyFile} cannot be made: ${(error as Error).message}.\n  SLIPWAY_DATA says where it lies. Set it to a folder that this account may write.`,
    )
  }
}

async function readKey(keyFile: string): Promise<KeyObject> {
  const unread = (error: Error) => {
    throw new KeyRefused(`The signing key ${keyFile} cannot be read: ${error.message}.`)
  }
  const found = await stat(keyFile).catch(unread)
  if ((found.mode & 0o077) !== 0)
    throw new KeyRefused(
      `The signing key ${keyFile} can be read by others. Make it the owner's alone: chmod 600 ${word(keyFile)}`,
    )
  const text = await readFile(keyFile, 'utf8').catch(unread)
  const key = keyIn(text)
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new KeyRefused(`${keyFile} is no Ed25519 key. Make one: openssl genpkey -algorithm ed25519 -out ${keyFile}`)
  return key
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
}
