/** Whatever is changed of what a release leaves as proof, on the disk, by whomever: it is found, and named. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Signer } from '../../src/ports/signer.ts'
import { certificateFiles } from '../../src/release/certificate/files.ts'
import type { Evidence } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { digestOfEvent } from '../../src/release/machine.ts'
import { createMasker } from '../../src/release/redact.ts'
import { inspectCertificate } from '../../src/runners/inspect-certificate.ts'
import { auditFolder } from '../../src/tools/audit.ts'
import { createFiles } from '../../src/tools/files.ts'
import { createJournal } from '../../src/tools/journal.ts'
import { createSigner, keyFileIn, publicKeyOf } from '../../src/tools/signing.ts'
import { BEN, drive } from '../release/sample.ts'
import { issue, summaryOf } from '../runners/issued.ts'

const RELEASES = [1, 2, 3]
const files = createFiles({ masker: createMasker([]) })
const folder = mkdtempSync(join(tmpdir(), 'slipway-proof-'))
const data = join(folder, 'data')
const keyFile = join(folder, 'product', 'slipway.pub')
let key = ''
let proof: readonly string[] = []

/** Three releases, each with its certificate, its provenance, its package and its journal. */
beforeAll(async () => {
  key = await publicKeyOf(keyFileIn(data), { make: true })
  mkdirSync(join(keyFile, '..'))
  writeFileSync(keyFile, key)
  const signer = createSigner(keyFileIn(data))
  const journal = await createJournal(data, { signer })
  for (const number of RELEASES) {
    const events = await released(number, signer)
    await journal.append(number, events.slice(0, -1))
    await journal.close(number, summaryOf(number))
    await journal.append(number, events.slice(-1))
  }
  const left = ['certificates', 'closed', 'checkpoints', 'builds'].flatMap((name) => filesBelow(join(data, name)))
  proof = left.filter((path) => !path.endsWith('.pub'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('untouched, everything holds', async () => {
  expect(await faults()).toEqual([])
  const names = proof.map((path) => relative(data, path).replace(/\/.*\//, '/'))
  expect(names).toEqual(expect.arrayContaining(['closed/2.json', 'checkpoints/3-2.json', 'builds/harbour.tar.gz']))
})

describe('is found and named', () => {
  test('a byte that is another, more or less, anywhere', async () => {
    const anywhere = fc.tuple(
      fc.constantFrom(...proof),
      fc.nat(),
      fc.constantFrom(...Object.keys(CHANGES)),
      fc.nat(255),
    )
    await fc.assert(
      fc.asyncProperty(anywhere, async ([path, at, how, byte]) => {
        const before = readFileSync(path)
        const after = changed(before, at % before.length, how, byte)
        fc.pre(!after.equals(before))
        writeFileSync(path, after)
        const found = await faults().finally(() => writeFileSync(path, before))
        expect(found.join('\n')).toMatch(nameOf(path))
      }),
      { numRuns: 80 },
    )
  })

  test('an event that says something else, is gone, or has changed places, with every digest made to fit', async () => {
    const anywhere = fc.tuple(fc.constantFrom(...RELEASES), fc.nat(), fc.constantFrom(...Object.keys(FORGERIES)))
    await fc.assert(
      fc.asyncProperty(anywhere, async ([number, at, how]) => {
        const path = join(data, 'closed', `${number}.json`)
        const before = readFileSync(path, 'utf8')
        const document = JSON.parse(before)
        const forged = FORGERIES[how]?.(document.events, at % document.events.length) ?? []
        writeFileSync(path, JSON.stringify({ ...document, events: chained(forged) }))
        const found = await faults().finally(() => writeFileSync(path, before))
        expect(found.join('\n')).toMatch(new RegExp(`^#${number}: `, 'm'))
      }),
      { numRuns: 30 },
    )
  })

  test('a file that is gone', async () => {
    for (const path of proof.filter((each) => !OPTIONAL.test(each))) {
      const before = readFileSync(path)
      rmSync(path)
      const found = await faults().finally(() => writeFileSync(path, before))
      expect(found.join('\n'), path).toMatch(nameOf(path))
    }
  })

  test.each(RELEASES)('the journal of #%i that is gone, together with every checkpoint of it', async (number) => {
    const own = proof.filter((path) => new RegExp(`(closed/|checkpoints/\\d+-)${number}\\.json$`).test(path))
    const before = own.map((path) => [path, readFileSync(path)] as const)
    for (const path of own) rmSync(path)
    const found = await faults()
    for (const [path, text] of before) writeFileSync(path, text)
    expect(own).toHaveLength(3)
    expect(found.join('\n')).toMatch(new RegExp(`^#${number}: `, 'm'))
  })

  test('a certificate, or a checkpoint, in the place of another', async () => {
    const pairs = proof.flatMap((one) => proof.map((two) => [one, two] as const))
    const alike = pairs.filter(([one, two]) => one !== two && kindOf(one) === kindOf(two) && kindOf(one) !== 'other')
    for (const [one, two] of alike) {
      const before = readFileSync(one)
      writeFileSync(one, readFileSync(two))
      const found = await faults().finally(() => writeFileSync(one, before))
      expect(found.join('\n'), `${one} <- ${two}`).toMatch(nameOf(one))
    }
    expect(alike.length).toBeGreaterThan(10)
  })
})

/** What every certificate says with the key of the product, and what the audit says. */
async function faults(): Promise<readonly string[]> {
  const checks = RELEASES.map(async (number) => {
    const { json } = certificateFiles('harbour', '3.1.3+001', number)
    const { checked } = await inspectCertificate(files, join(data, 'certificates', json), { key: keyFile })
    return checked.flatMap(({ verdict, what }) => (verdict === 'fails' ? [what] : []))
  })
  const said = [...(await Promise.all(checks)).flat(), ...(await auditFolder(data, key)).faults]
  return [...new Set(said)]
}

/** A journal is named by the number of its deployment, everything else by its own name too. */
function nameOf(path: string): RegExp {
  const [, number] = /(?:closed\/|checkpoints\/\d+-|-)(\d+)\.json$/.exec(path) ?? []
  const name = basename(path).replace(/[.+]/g, '\\$&')
  return number === undefined ? new RegExp(name) : new RegExp(`^#${number}: |${name}`, 'm')
}

function kindOf(path: string): string {
  if (path.includes('/checkpoints/')) return 'checkpoint'
  return /-\d\.json$/.test(path) ? 'certificate' : 'other'
}

/** Text for people, that nobody has to keep, and packages, that are cleaned up after a while. */
const OPTIONAL = /\.txt$|builds\//

type Change = (bytes: Buffer, at: number, byte: number) => Buffer

const CHANGES: Readonly<Record<string, Change>> = {
  another: (bytes, at, byte) => Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + 1)]),
  more: (bytes, at, byte) => Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]),
  space: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]),
  line: (bytes) => Buffer.concat([bytes, Buffer.from('\n')]),
  less: (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  cut: (bytes, at) => bytes.subarray(0, at),
}

function changed(bytes: Buffer, at: number, how: string, byte: number): Buffer {
  return CHANGES[how]?.(bytes, at, byte) ?? bytes
}

type Forgery = (events: readonly Event[], at: number) => readonly Event[]

const FORGERIES: Readonly<Record<string, Forgery>> = {
  later: (events, at) => events.map((event, index) => (index === at ? { ...event, at: event.at + 1 } : event)),
  gone: (events, at) => events.filter((_, index) => index !== at),
  twice: (events, at) => [...events.slice(0, at + 1), ...events.slice(at)],
}

/** As somebody would write it who knows how events name each other. */
function chained(events: readonly Event[]): readonly Event[] {
  let previousDigest = ''
  return events.map((event) => {
    const fitting = { ...event, previousDigest }
    previousDigest = digestOfEvent(fitting)
    return fitting
  })
}

/** Released by hand, apart from the certificate, which its own runner issues and signs. The events of its journal. */
async function released(number: number, signer: Signer): Promise<readonly Event[]> {
  const { project, made, evidence } = await issue(folder, number, signer)
  const hand = drive(project, { number })
  hand.start()
  const left = (id: string) => LEFT({ made, evidence })[id] ?? {}
  hand.run(left)
  hand.press(BEN)
  hand.run(left)
  expect(hand.now().status).toBe('complete')
  return hand.journal
}

const LEFT = ({
  made,
  evidence,
}: Readonly<Record<'made' | 'evidence', Evidence>>): Readonly<Record<string, Evidence>> => ({
  'preflight.origin': { base: 'b1' },
  'version.commit': { commit: 'c1' },
  'version.push': { commit: 'c1' },
  'build.package': made,
  'finish.certificate': evidence,
})

function filesBelow(top: string): readonly string[] {
  const below = readdirSync(top, { withFileTypes: true, recursive: true })
  return below.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}
