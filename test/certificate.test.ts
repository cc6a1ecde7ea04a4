/** `npm run certificate` and `npm run audit` as people start them, and what the README says to type without them. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Card } from '../src/release/card.ts'
import { createMasker } from '../src/release/redact.ts'
import { certificateCard } from '../src/release/report/certificate.ts'
import { inspectCertificate } from '../src/runners/inspect-certificate.ts'
import { auditFolder } from '../src/tools/audit.ts'
import { createFiles } from '../src/tools/files.ts'
import { createJournal } from '../src/tools/journal.ts'
import { createSigner, keyFileIn, publicKeyOf } from '../src/tools/signing.ts'
import { textOf } from './card-text.ts'
import { ANA, drive } from './release/sample.ts'
import { issue, summaryOf } from './runners/issued.ts'
import { temporaryFolder } from './runners/make-context.ts'

const ROOT = join(import.meta.dirname, '..')
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0

const files = createFiles({ masker: createMasker([]) })

let folder = ''
let data = ''
let file = ''
beforeEach(async () => {
  folder = temporaryFolder()
  data = join(folder, 'data')
  await publicKeyOf(keyFileIn(data), { make: true })
  const { evidence } = await issue(folder, 1, createSigner(keyFileIn(data)))
  file = String(evidence.certificateFile)
})

describe('npm run certificate', () => {
  test('verifies what was released, and names a certificate with another byte', () => {
    expect(run('certificate', 'verify', file)).toMatchObject({
      code: 0,
      said: expect.stringContaining('certificate holds'),
    })
    writeFileSync(file, changed(readFileSync(file, 'utf8')))
    expect(run('certificate', 'verify', file)).toMatchObject({ code: 1, said: expect.stringContaining(basename(file)) })
  })

  test.each([
    ['a folder', () => ['/'], 'there is no file / that can be read'],
    ['a file that is not there', () => ['/nowhere'], 'there is no file /nowhere that can be read'],
    ['a released file that is not there', () => [file, '/nowhere'], 'there is no file /nowhere that can be read'],
    ['a folder as a released file', () => [file, '/'], 'there is no file / that can be read'],
    ['another file', () => ['package.json'], `${ROOT}/package.json is no certificate as Slipway writes it`],
    ['another key file', () => [file, '--key', 'package.json'], `no Ed25519 public key in ${ROOT}/package.json`],
  ] as const)('cannot check %s, which is no forgery and has a code of its own', (_, args, why) => {
    const { code, said } = run('certificate', 'verify', ...args())
    expect([code, said]).toEqual([66, expect.stringMatching(/^Cannot be checked: .*\.\n {2}Name [^\n]*\n$/)])
    expect(said).toContain(why)
  })

  test.each([[['']], [['x.json', '--key', '']]])('takes no empty name for the folder it is in: %j', (args) => {
    expect(run('certificate', 'verify', ...args)).toMatchObject({
      code: 64,
      said: expect.stringContaining('verify FILE'),
    })
  })

  test('says where no key can be made, and what to set', () => {
    const { code, said: told } = said(
      process.execPath,
      [join(ROOT, 'src/certificate.ts'), 'key'],
      ROOT,
      {},
      '/etc/passwd',
    )
    expect([code, told]).toEqual([
      1,
      expect.stringContaining('The signing key /etc/passwd/keys/signing.pem cannot be made'),
    ])
    expect(told).toContain('SLIPWAY_DATA')
    expect(told).not.toContain('    at ')
  })

  test('rotates the key: the old certificate holds with the new one', async () => {
    const before = await readFile(join(dirname(file), 'slipway.pub'), 'utf8')
    const { code, said } = run('certificate', 'rotate')
    expect([code, said]).toEqual([0, expect.stringContaining('BEGIN PUBLIC KEY')])
    expect(await readFile(join(dirname(file), 'slipway.pub'), 'utf8')).not.toBe(before)
    const { checked } = await inspectCertificate(files, file)
    expect(checked[0]).toMatchObject({ verdict: 'holds', what: expect.stringContaining('a rotation leads to') })
  })
})

describe('what a chat hands on', () => {
  test.each([
    [1, 'It is the first of its project.', 'first certificate'],
    [2, 'So does the one before it.', 'ok    chain: harbour-3.1.3+001-1.json'],
    [7, 'The 2 oldest are not among them', 'note  chain: harbour-3.1.3+001-2.json is not here'],
  ])('is enough to verify release %i of a project, and a gap in it is named', async (releases, told, found) => {
    const card = await cardOf(releases)
    expect(textOf(card)).toContain(told)
    const handedOn = pathsOf(card)
    expect(verifyIn(handedOn)).toMatchObject({ code: 0, said: expect.stringContaining(found) })
    const lacking = handedOn.filter((path) => !path.endsWith('-6.json'))
    expect(verifyIn(lacking).code).toBe(lacking.length < handedOn.length ? 1 : 0)
  })

  test('is believed without the files that others lean on, which are notes then, while all of them belong into the data folder', async () => {
    const [signed = ''] = pathsOf(await cardOf(2))
    const alone = verifyIn([signed, join(dirname(signed), 'slipway.pub')])
    expect(alone).toMatchObject({ code: 0, said: expect.stringMatching(/note {2}provenance.*\nnote {2}chain/) })
    for (const gone of [file, signed.replace(/json$/, 'provenance.json')]) {
      const before = readFileSync(gone)
      await rm(gone)
      const said = expect.stringContaining(`${basename(gone)} is missing`)
      expect(run('certificate', 'verify', signed)).toMatchObject({ code: 1, said })
      writeFileSync(gone, before)
    }
  })

  test('leads from a new key to what the old one has signed', async () => {
    await cardOf(2)
    run('certificate', 'rotate')
    expect(verifyIn(pathsOf(await cardOf(3))).code).toBe(0)
  })

  /** The answer to `/certificate` once so many releases were made. */
  async function cardOf(releases: number) {
    await mkdir(join(data, 'closed'), { recursive: true })
    let newest = file
    for (let number = 2; number <= releases; number += 1)
      newest = String((await issue(folder, number, createSigner(keyFileIn(data)))).evidence.certificateFile)
    return certificateCard(newest, await inspectCertificate(files, newest), {})
  }

  function pathsOf(card: Card): readonly string[] {
    return card.files.flatMap((each) => ('path' in each ? [each.path] : []))
  }

  /** The first of the files, verified in a folder that holds nothing but them. */
  function verifyIn(paths: readonly string[]) {
    const empty = temporaryFolder()
    for (const path of paths) copyFileSync(path, join(empty, basename(path)))
    return run('certificate', 'verify', join(empty, basename(paths[0] ?? '')))
  }
})

describe('what is set for the chats alone', () => {
  const HALF = { SLACK_BOT_TOKEN: 'too-short', DISCORD_GUILD_ID: '118100002', DISCORD_TOKEN_FILE: '/nowhere/token' }

  test.each([
    [
      'a look at the world, which needs the configuration',
      'certificate',
      () => ['verify', file, '--live'],
      'no configur',
    ],
    ['the public key', 'certificate', () => ['key'], 'BEGIN PUBLIC KEY'],
    ['a rotation', 'certificate', () => ['rotate'], 'signed by'],
    ['an audit', 'audit', () => [], 'There is no journal'],
  ] as const)('stops nothing else where it is half there: %s', (_, script, args, words) => {
    const program = [join(ROOT, 'src', `${script}.ts`), ...args()]
    const { said: told } = said(process.execPath, program, ROOT, HALF)
    expect(told).toContain(words)
    expect(told).not.toMatch(/SLACK|DISCORD/)
  })
})

test('npm run audit names the journal that was changed, and exports every event', async () => {
  const hand = drive()
  hand.start()
  const journal = await createJournal(data, { signer: createSigner(keyFileIn(data)) })
  await journal.append(42, hand.journal)
  await journal.close(42, summaryOf(42))
  await journal.append(42, [])
  expect(run('audit').said).toContain(`#1: the journal is gone, and its certificate ${basename(file)} is still here`)
  await rm(dirname(file), { recursive: true })
  expect(run('audit')).toMatchObject({ code: 0, said: expect.stringContaining('1 journal,') })
  expect(run('audit', '--key', '/nowhere')).toMatchObject({ code: 1, said: expect.stringContaining('/nowhere') })
  expect(run('audit', '--export').said.trim().split('\n')).toHaveLength(hand.journal.length)
  const closed = join(data, 'closed', '42.json')
  await writeFile(closed, (await readFile(closed, 'utf8')).replace('"ana"', '"eva"'))
  expect(run('audit')).toMatchObject({ code: 1, said: expect.stringContaining('#42: event') })
})

test('npm run audit passes nothing that it has not read', async () => {
  const keyFile = join(dirname(file), 'slipway.pub')
  const none = `There is no journal in ${data}. SLIPWAY_DATA says where Slipway's data lie.`
  expect(run('audit', '--key', keyFile)).toEqual({ code: 1, said: `${none}\n` })
  await createJournal(data, { signer: createSigner(keyFileIn(data)) })
  const record = join(data, 'refusals.jsonl')
  await mkdir(record)
  expect(run('audit')).toEqual({ code: 1, said: `${record} cannot be read: EISDIR. So it was not checked.\n` })

  const key = await readFile(keyFile, 'utf8')
  const unreadable = [
    ['certificates', (path: string) => writeFile(path, ''), 'ENOTDIR'],
    ['checkpoints', (path: string) => writeFile(path, ''), 'ENOTDIR'],
    ['closed', (path: string) => writeFile(path, ''), 'ENOTDIR'],
    ['open/7.json', (path: string) => mkdir(path), 'EISDIR'],
  ] as const
  for (const [name, spoil, code] of unreadable) {
    const path = join(data, name)
    await rm(path, { recursive: true, force: true })
    await spoil(path)
    await expect(auditFolder(data, key)).rejects.toThrow(`${path} cannot be read: ${code}.`)
    await rm(path, { recursive: true })
  }
  expect(await auditFolder(data, key)).toEqual({ journals: 0, faults: [] })
})

test('npm run audit names a refusal that was changed, and exports every one', async () => {
  await rm(dirname(file), { recursive: true })
  const { refusals } = await createJournal(data, { signer: createSigner(keyFileIn(data)) })
  const place = { platform: 'terminal', channel: 'terminal' } as const
  for (const tried of ['deploy 3.1.3', 'lock'])
    await refusals.add({
      ...{ at: 1, actor: ANA, place, projects: ['harbour'], tried },
      ...{ code: 'access.not-granted', what: 'ana may not deploy Harbour.' },
    })
  expect(run('audit')).toMatchObject({ code: 0, said: expect.stringContaining('2 refusals, every one as written') })
  expect(run('audit', '--export').said.trim().split('\n')).toEqual([
    expect.stringContaining('"tried":"deploy 3.1.3"'),
    expect.stringContaining('"tried":"lock"'),
  ])
  const record = join(data, 'refusals.jsonl')
  await writeFile(record, (await readFile(record, 'utf8')).replace('3.1.3', '3.1.4'))
  expect(run('audit')).toMatchObject({ code: 1, said: expect.stringContaining('refusals.jsonl: line 2') })
})

test.skipIf(!HAS_OPENSSL)('the README’s lines verify it with openssl alone, and no other byte', () => {
  expect(byHand()).toMatchObject({ code: 0, said: expect.stringContaining('Signature Verified Successfully') })
  writeFileSync(file, changed(readFileSync(file, 'utf8')))
  expect(byHand().code).toBe(1)
})

function run(script: 'certificate' | 'audit', ...args: readonly string[]) {
  return said(process.execPath, [join(ROOT, 'src', `${script}.ts`), ...args], ROOT)
}

/** In the folder of the certificate, which has the name that the README gives. */
function byHand() {
  const [, part = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('### A certificate by hand\n')
  return said('sh', ['-eu', '-c', /```sh\n([^`]*)```/.exec(part)?.[1] ?? 'exit 9'], dirname(file))
}

function said(
  program: string,
  args: readonly string[],
  cwd: string,
  more: Record<string, string> = {},
  dataFolder = data,
) {
  const env = { ...more, PATH: process.env.PATH ?? '', HOME: data, SLIPWAY_DATA: dataFolder, INIT_CWD: cwd }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  return { code: status, said: `${stdout}${stderr}` }
}

/** Another character in the middle of what is signed. */
function changed(text: string): string {
  return text.replace(/(?<="payload": ".{200})./, (found) => (found === 'A' ? 'B' : 'A'))
}
