/**
 * `npm run certificate -- verify FILE`: whether a certificate can be believed, offline, and with `--live` whether the world is
 * still as it says; `key` prints the public key, `rotate` puts a new one in its place.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Places } from './config/environment.ts'
import { readEnvFile } from './env-file.ts'
import { explain } from './exit.ts'
import type { Checked } from './release/certificate/check.ts'
import type { Certificate } from './release/certificate.ts'
import { fingerprintOf } from './release/dsse.ts'
import { PUBLIC_KEY_FILE, rotationFile } from './release/key-rotation.ts'
import { createMasker, visible } from './release/redact.ts'
import { inspectCertificate } from './runners/inspect-certificate.ts'
import { readPlaces } from './setup.ts'
import { writeDurably } from './tools/durable.ts'
import { createFiles } from './tools/files.ts'
import { KeyRefused, keyFileIn, publicKeyOf, rotateKey } from './tools/signing.ts'

/** What `sysexits.h` calls EX_NOINPUT: nothing is said of the certificate. */
const UNREAD = 66

const MARKS = { holds: 'ok  ', fails: 'BAD ', unknown: 'note' } as const

const USAGE = `npm run certificate knows three words:
  npm run certificate -- verify FILE [RELEASED FILES] [--key PUBLIC-KEY] [--live]
  npm run certificate -- key
  npm run certificate -- rotate`

const WORDS: Readonly<Record<string, (wish: Wish) => Promise<number>>> = { verify, key, rotate }

process.exitCode = await main()

async function main(): Promise<number> {
  const wish = readWish()
  const carryOut = wish && WORDS[wish.word]
  if (wish === undefined || carryOut === undefined) return explain(USAGE)
  return carryOut(wish).catch((error: Error) => {
    if (error instanceof KeyRefused || 'syscall' in error) return refuse(error.message)
    throw error
  })
}

interface Wish {
  readonly word: string
  readonly files: readonly string[]
  readonly key?: string | undefined
  readonly live: boolean
}

/** Paths are meant from where it was typed, which npm keeps for us. */
function readWish(): Wish | undefined {
  try {
    const options = { key: { type: 'string' }, live: { type: 'boolean', default: false } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const [word = '', ...files] = positionals
    if ((word === 'verify') !== files.length > 0 || [...files, values.key].includes('')) return undefined
    const here = (path: string) => resolve(process.env.INIT_CWD ?? '.', path)
    return { word, files: files.map(here), live: values.live, key: values.key && here(values.key) }
  } catch {
    return undefined
  }
}

async function verify({ files: [file = '', ...given], key, live }: Wish): Promise<number> {
  const files = createFiles({ masker: createMasker([]) })
  const { certificate, checked, unread } = await inspectCertificate(files, file, { given, ...(key && { key }) })
  if (unread !== undefined) return refuse(`Cannot be checked: ${visible(unread.what)}.\n  ${unread.remedy}`, UNREAD)
  for (const each of checked) say(checkedLine(each))
  const isSigned = checked.some(({ about, verdict }) => about === 'signature' && verdict === 'holds')
  if (key === undefined && isSigned)
    say(`note  the key beside it was taken. Compare it with ${PUBLIC_KEY_FILE} of the product, or name that one: --key`)
  const isGood = checked.every(({ verdict }) => verdict !== 'fails')
  if (certificate === undefined || !isGood) return refuse('The certificate does not hold.')
  if (live && !(await isStillSo(certificate))) return 1
  say(`${certificate.title} ${certificate.version}, deployment #${certificate.deployment}: the certificate holds.`)
  return 0
}

function checkedLine({ about, verdict, what }: Checked): string {
  return `${MARKS[verdict]}  ${about}: ${visible(what)}`
}

/** Everything that reaches the world is loaded only where it is asked for. */
async function isStillSo(certificate: Certificate): Promise<boolean> {
  const places = await placesNow()
  if (places === undefined) return false
  const { lookAgain } = await import('./look-again.ts')
  const { isSo, lines } = await lookAgain(certificate, places)
  for (const line of lines) say(visible(line))
  return isSo
}

async function key(): Promise<number> {
  const places = await placesNow()
  if (places === undefined) return 1
  say((await publicKeyOf(keyFileOf(places), { make: places.signingKey === undefined })).trimEnd())
  return 0
}

/** The new key has to reach the product: whoever has only the old one needs the statement beside the certificates. */
async function rotate(): Promise<number> {
  const places = await placesNow()
  if (places === undefined) return 1
  const certificates = join(resolve(places.dataFolder), 'certificates')
  let statement = ''
  const to = await rotateKey(keyFileOf(places), Date.now(), async (young, envelope) => {
    statement = join(certificates, rotationFile(young))
    await writeDurably(statement, envelope)
    await writeDurably(join(certificates, PUBLIC_KEY_FILE), young, 0o644)
  })
  say(`Certificates are signed by ${fingerprintOf(to)} from now on. For the product, as ${PUBLIC_KEY_FILE}:`)
  say(to.trimEnd())
  say(`Both keys have signed that one follows the other: ${statement}`)
  return 0
}

function keyFileOf({ signingKey, dataFolder }: Places): string {
  return signingKey ?? keyFileIn(resolve(dataFolder))
}

async function placesNow(): Promise<Places | undefined> {
  await readEnvFile()
  const read = await readPlaces(process.env)
  if (read.ok) return read.settings
  for (const { name, what, remedy } of read.mistakes) refuse(`${name}: ${what} ${remedy}`)
  return undefined
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function refuse(message: string, code = 1): number {
  process.stderr.write(`${message}\n`)
  return code
}
