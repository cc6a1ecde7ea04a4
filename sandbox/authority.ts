/** The world's own certificate authority, and the one certificate that all its addresses show. */
import 'reflect-metadata'
import { randomBytes, type webcrypto } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** Key and certificate as PEM, for a listener on 127.0.0.1 or localhost. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

export interface Authority {
  /** PEM file that a client has to trust. */
  readonly file: string
  readonly identity: Identity
  /** The same address, a certificate whose time is over. */
  readonly expired: Identity
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const HOUR = 3_600_000
const DAY = 24 * HOUR

export async function createAuthority(folder: string): Promise<Authority> {
  const file = join(folder, 'ca.pem')
  const [own, leaf] = await Promise.all([newKeys(), newKeys()])
  const authority = await authorityCertificate(own)
  const [certificate, old] = await Promise.all([
    serverCertificate(authority, own, leaf, validity('CN=Slipway sandbox')),
    serverCertificate(authority, own, leaf, {
      ...validity('CN=Slipway sandbox'),
      notAfter: new Date(Date.now() - 1_000),
    }),
  ])
  await writeFile(file, `${authority.toString('pem')}\n`, { mode: 0o644 })
  const key = await pem(leaf.privateKey)
  const shown = (one: X509Certificate): Identity => ({ key, cert: `${one.toString('pem')}\n` })
  return { file, identity: shown(certificate), expired: shown(old) }
}

function authorityCertificate(keys: webcrypto.CryptoKeyPair): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    ...validity('CN=Slipway sandbox authority'),
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
}

function serverCertificate(
  authority: X509Certificate,
  own: webcrypto.CryptoKeyPair,
  leaf: webcrypto.CryptoKeyPair,
  named: ReturnType<typeof validity>,
): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    ...named,
    issuer: authority.subject,
    publicKey: leaf.publicKey,
    signingKey: own.privateKey,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  })
}

/** From an hour ago, for clocks that differ, and for a month. */
function validity(name: string) {
  return {
    subject: name,
    name,
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    notBefore: new Date(Date.now() - HOUR),
    notAfter: new Date(Date.now() + 30 * DAY),
    signingAlgorithm: ALGORITHM,
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${bytes.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`
}
