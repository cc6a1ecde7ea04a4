/**
 * `npm run audit`: whether every journal is as it was written: the chain of its events, the signed checkpoint at its end, and
 * the certificate that it speaks of; and the record of refusals.
 * `--export` prints every event as a line of JSON instead. Only reads. Exit code 0 where everything holds, otherwise 1.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { auditJournal, eventsIn, type JournalFile } from './release/checkpoint.ts'
import { isPublicKey } from './release/dsse.ts'
import { isRotationFile, trustedKeys } from './release/key-rotation.ts'
import { digestOfEvent } from './release/machine.ts'
import { visible } from './release/redact.ts'
import type { Refusal } from './release/refusal.ts'
import { REFUSALS_FILE, readChain } from './release/refusal-chain.ts'
import { readEnvFile, readSettings } from './setup.ts'
import { keyFileIn, publicFileOf, publicKeyOf } from './tools/signing.ts'

/** What `sysexits.h` calls EX_USAGE. */
const MISUSED = 64

process.exitCode = await main()

async function main(): Promise<number> {
  const wish = readWish()
  if (wish === undefined) {
    complain(
      'npm run audit checks every journal. --export prints the events as lines of JSON, --key FILE names the public key.',
    )
    return MISUSED
  }
  await readEnvFile()
  const read = await readSettings(process.env)
  if (!read.ok) return wrong(read.mistakes.map(({ name, what, remedy }) => `${name}: ${what} ${remedy}`))
  const data = resolve(read.settings.dataFolder)
  const journals = await journalsIn(data)
  const record = readChain((await textOf(join(data, REFUSALS_FILE))) ?? '')
  if (wish.export) return exported(journals, record.refusals)
  const signingKey = read.settings.signingKey ?? keyFileIn(data)
  const keyFile = wish.key ?? publicFileOf(signingKey)
  const key = (await textOf(keyFile)) ?? (await publicKeyOf(signingKey, { make: false }).catch(() => ''))
  if (!isPublicKey(key)) return wrong([`There is no Ed25519 public key in ${keyFile}.`])
  const keys = trustedKeys(key, await rotationsIn(join(data, 'certificates')))
  const faults = [...(await Promise.all(journals.map((file) => faultsOf(file, keys)))).flat(), ...record.faults]
  if (faults.length > 0) return wrong([...faults, `${faults.length} not as written, in ${journals.length} journals`])
  say(`${journals.length} journals, every event and every checkpoint as written`)
  if (record.refusals.length > 0) say(`${record.refusals.length} refusals, every one as written`)
  return 0
}

function readWish(): { readonly export: boolean; readonly key?: string | undefined } | undefined {
  try {
    return parseArgs({ options: { export: { type: 'boolean', default: false }, key: { type: 'string' } } }).values
  } catch {
    return undefined
  }
}

/** What a changed journal says of its certificate is worth nothing. */
async function faultsOf(file: JournalFile, keys: readonly string[]): Promise<readonly string[]> {
  const faults = auditJournal(file, keys)
  return faults.length > 0 ? faults : certificateFault(file)
}

/** A certificate that a journal speaks of has to be there as it was issued. */
async function certificateFault({ number, text }: JournalFile): Promise<readonly string[]> {
  const issued = eventsIn(text ?? '')?.flatMap((event) =>
    event.type === 'settled' && event.step === 'finish.certificate' && event.outcome.ok ? [event.outcome.evidence] : [],
  )
  const { certificateFile: file, certificateSha256: sha256 } = issued?.at(-1) ?? {}
  if (typeof file !== 'string' || typeof sha256 !== 'string') return []
  const certificate = await readFile(file).catch(() => undefined)
  if (certificate === undefined) return [`#${number}: its certificate ${file} is gone`]
  return createHash('sha256').update(certificate).digest('hex') === sha256
    ? []
    : [`#${number}: its certificate ${file} was changed`]
}

/** Every deployment that has a document or a checkpoint, ascending. */
async function journalsIn(data: string): Promise<readonly JournalFile[]> {
  const [open, closed, signed] = await Promise.all(
    ['open', 'closed', 'checkpoints'].map((name) => numbersIn(join(data, name))),
  )
  const numbers = [...new Set([...(open ?? []), ...(closed ?? []), ...(signed ?? [])])].sort((a, b) => a - b)
  return Promise.all(
    numbers.map(async (number) => {
      const isClosed = closed?.includes(number) === true
      const text = await textOf(join(data, isClosed ? 'closed' : 'open', `${number}.json`))
      const checkpoint = await textOf(join(data, 'checkpoints', `${number}.json`))
      return { number, isClosed, ...(text !== undefined && { text }), ...(checkpoint !== undefined && { checkpoint }) }
    }),
  )
}

async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  return names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number)
}

async function rotationsIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isRotationFile)
  return (await Promise.all(names.map((name) => textOf(join(folder, name))))).flatMap((text) => text ?? [])
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** Whoever reads it may have had enough before its end. */
function exported(journals: readonly JournalFile[], refusals: readonly Refusal[]): number {
  process.stdout.once('error', () => process.exit())
  for (const { number, text } of journals)
    for (const [index, event] of (eventsIn(text ?? '') ?? []).entries())
      say(JSON.stringify({ deployment: number, event: index + 1, digest: digestOfEvent(event), ...event }))
  for (const refusal of refusals) say(JSON.stringify({ type: 'refused', ...refusal }))
  return 0
}

function wrong(lines: readonly string[]): number {
  for (const line of lines) complain(line)
  return 1
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function complain(line: string): void {
  process.stderr.write(`${visible(line)}\n`)
}
