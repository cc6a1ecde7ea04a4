import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Checked, checkCertificate, type Presented, type Shown } from '../../src/release/certificate/check.ts'
import { certificateBefore } from '../../src/release/certificate/files.ts'
import { certificateOf } from '../../src/release/certificate/issue.ts'
import { certificateStatement, provenanceStatement } from '../../src/release/certificate/statements.ts'
import type { Named } from '../../src/release/certificate.ts'
import type { Deployment, Evidence } from '../../src/release/deployment.ts'
import { keyIdOf, openEnvelope, signedBytes } from '../../src/release/dsse.ts'
import { evidenceOf } from '../../src/release/evidence.ts'
import { rotationFile, rotationStatement, trustedKeys } from '../../src/release/key-rotation.ts'
import { memorySigner } from '../memory-signer.ts'
import { BEN, drive } from './sample.ts'

const signer = memorySigner()
const PACKAGE = Buffer.from('the bytes of a package')
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
const shown = (name: string, bytes: string | Buffer): Shown => ({ name, sha256: sha256(bytes), text: String(bytes) })

let good: Presented
beforeAll(async () => {
  const first = await issue('harbour-3.1.2+001-41.json')
  const second = await issue('harbour-3.1.3+001-42.json', { file: first.name, sha256: first.sha256 })
  good = {
    name: second.name,
    text: second.text ?? '',
    key: signer.publicKey,
    beside: [first, await proof()],
    atHome: true,
    files: [shown('harbour.tar.gz', PACKAGE), shown('PKGBUILD', 'pkgver=3.1.3'), shown('.SRCINFO', 'pkgver = 3.1.3')],
  }
})

test('a certificate holds with the files it is about, its provenance and the one before it', () => {
  const { checked, certificate } = checkCertificate(good)
  expect(faults(checked)).toEqual([])
  expect(checked.map(({ about, verdict }) => `${about} ${verdict}`)).toEqual([
    'signature holds',
    'file holds',
    'file unknown',
    'file holds',
    'file holds',
    'provenance holds',
    'chain holds',
  ])
  expect(certificate?.deployment).toBe(42)
})

test('its statement is in-toto v1, about the package, its sum, PKGBUILD and .SRCINFO', () => {
  const statement = JSON.parse(openEnvelope(good.text)?.payload ?? '')
  expect(statement._type).toBe('https://in-toto.io/Statement/v1')
  expect(statement.subject.map(({ name }: { name: string }) => name)).toEqual([
    'harbour.tar.gz',
    'harbour.tar.gz.sha256',
    'PKGBUILD',
    '.SRCINFO',
  ])
  const proof = JSON.parse(openEnvelope(good.beside[1]?.text ?? '')?.payload ?? '')
  expect(proof).toMatchObject({
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ name: 'harbour.tar.gz', digest: { sha256: sha256(PACKAGE) } }],
    predicate: { buildDefinition: { resolvedDependencies: [{ digest: { gitCommit: 'c1' } }] } },
  })
})

test('of an archive that the forge made of the tag, the sum and a provenance are not claimed', () => {
  const ended = released()
  const deployment = { ...ended, plan: ended.plan.filter(({ name }) => name !== 'build.package') }
  const archive = { ...evidenceOf(ended), commit: 'c1' }
  const steps = { ...deployment.steps, 'version.push': { ...deployment.steps['version.push'], evidence: archive } }
  const of = { ...deployment, steps } as Deployment
  const { subject } = JSON.parse(certificateStatement(certificateOf(of, 0), of))
  expect(subject.map(({ name }: { name: string }) => name)).toEqual(['harbour.tar.gz', 'PKGBUILD', '.SRCINFO'])
  expect(provenanceStatement(of)).toBeUndefined()
})

test('what is signed is written as DSSE prescribes it', () => {
  expect(signedBytes('h\u00e9').toString()).toBe('DSSEv1 28 application/vnd.in-toto+json 3 h\u00e9')
})

describe('one byte that was changed is found', () => {
  test('anywhere in the certificate', () => {
    const bytes = Buffer.from(good.text)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const text = changed(bytes, at, by).toString('utf8')
        const [fault, ...more] = faults(checkCertificate({ ...good, text }).checked)
        expect(fault).toContain('signature: harbour-3.1.3+001-42.json')
        expect(more).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('anywhere in the package', () => {
    fc.assert(
      fc.property(fc.nat(PACKAGE.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const files = [shown('harbour.tar.gz', changed(PACKAGE, at, by))]
        expect(faults(checkCertificate({ ...good, files }).checked)).toEqual([
          expect.stringMatching(/^file: harbour\.tar\.gz has sha256 .* was released$/),
        ])
      }),
    )
  })

  test('anywhere in the certificate before it, or in the provenance', () => {
    fc.assert(
      fc.property(fc.nat(1), fc.nat(500), fc.integer({ min: 1, max: 255 }), (which, at, by) => {
        const beside = good.beside.map((each, index) =>
          index === which ? shown(each.name, changed(Buffer.from(each.text ?? ''), at, by)) : each,
        )
        const [fault, ...more] = faults(checkCertificate({ ...good, beside }).checked)
        expect(fault).toContain(`${good.beside[which]?.name} was changed since`)
        expect(more).toEqual([])
      }),
    )
  })
})

test.each<[string, () => Partial<Presented>, string]>([
  ['signed by somebody else', () => ({ key: memorySigner().publicKey }), 'another key than the given one'],
  ['without the one before it', () => ({ beside: good.beside.slice(1) }), 'harbour-3.1.2+001-41.json is missing'],
  ['with a file of something else', () => ({ files: [shown('other', '')] }), 'other is none of the files'],
  ['that is a provenance', () => ({ text: good.beside[1]?.text ?? '' }), 'is signed, and is no certificate'],
])('a certificate %s is refused by name', (_, change, words) => {
  expect(faults(checkCertificate({ ...good, ...change() }).checked).join()).toContain(words)
})

describe('a new key', () => {
  test('is trusted through the statement that both have signed, whichever of the two is known', async () => {
    const [young, text] = await rotation()
    expect(
      checkCertificate({
        ...good,
        key: young.publicKey,
        beside: [...good.beside, shown(rotationFile(young.publicKey), text)],
      }).certificate?.deployment,
    ).toBe(42)
    expect(trustedKeys(signer.publicKey, [text]).map(keyIdOf)).toEqual(
      [signer, young].map((one) => keyIdOf(one.publicKey)),
    )
  })

  test('is not, where only the new one has signed it', async () => {
    const young = memorySigner()
    const alone = await sealed(rotationStatement(signer.publicKey, young.publicKey, 0), young)
    expect(trustedKeys(signer.publicKey, [alone])).toEqual([signer.publicKey])
  })
})

test.each([
  [[], undefined],
  [['harbour-3.1.2+001-9.json', 'harbour-3.1.1+001-10.json', 'harbour-3.1.3+001-42.json'], 'harbour-3.1.1+001-10.json'],
  [['harbour-web-3.1.2+001-9.json', 'harbour-3.1.2+001-9.txt', 'harbour-3.1.2+001-9.provenance.json'], undefined],
])('of %j the certificate before #42 is %s', (names, expected) => {
  expect(certificateBefore(names, 'harbour', 42)).toBe(expected)
})

test('an override stands in the signed part and on its face', () => {
  const override = { actor: BEN, reason: 'users cannot log in', freeze: 'friday' }
  expect(certificateOf({ ...released(), override }, 0).override).toMatchObject({ reason: 'users cannot log in' })
})

async function issue(name: string, before?: Named): Promise<Shown> {
  const { text = '', name: file } = await proof()
  const beside = { ...(before && { before }), provenance: { file, sha256: sha256(text) } }
  const deployment = released()
  return shown(name, await sealed(certificateStatement(certificateOf(deployment, 2_000_000, beside), deployment)))
}

async function proof(): Promise<Shown> {
  return shown('harbour.provenance.json', await sealed(provenanceStatement(released()) ?? ''))
}

function released() {
  const hand = drive()
  hand.start()
  hand.run((id) => LEFT[id] ?? {})
  hand.press(BEN)
  hand.run((id) => LEFT[id] ?? {})
  return hand.now()
}

const LEFT: Readonly<Record<string, Evidence>> = {
  'preflight.origin': { base: 'b1' },
  'version.commit': { commit: 'c1' },
  'version.push': { commit: 'c1' },
  'build.package': { packageFile: '/b/harbour.tar.gz', packageSha256: sha256(PACKAGE), packageBytes: '22' },
  'aur.srcinfo': { aurFiles: { PKGBUILD: sha256('pkgver=3.1.3'), '.SRCINFO': sha256('pkgver = 3.1.3') } },
  'aur.submit': { aurCommit: 'a1' },
}

async function sealed(statement: string, by = signer): Promise<string> {
  const signed = await by.sign(statement)
  return signed.ok ? signed.envelope : ''
}

/** Signed by both, as `rotateKey` does it. */
async function rotation() {
  const young = memorySigner()
  const statement = rotationStatement(signer.publicKey, young.publicKey, 0)
  const [one, other] = [JSON.parse(await sealed(statement)), JSON.parse(await sealed(statement, young))]
  const both = { ...one, signatures: [...one.signatures, ...other.signatures] }
  return [young, `${JSON.stringify(both, null, 2)}\n`] as const
}

function changed(bytes: Buffer, at: number, by: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = ((copy[at] ?? 0) + by) % 256
  return copy
}

function faults(checked: readonly Checked[]): readonly string[] {
  return checked.filter(({ verdict }) => verdict === 'fails').map(({ about, what }) => `${about}: ${what}`)
}
