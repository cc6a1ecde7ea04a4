/**
 * `npm run audit`: whether every journal is as it was written: the chain of its events, the chain of signed checkpoints, and the
 * certificate that it speaks of; and the record of refusals.
 * `--export` prints every event as a line of JSON instead. Only reads. Exit code 0 where everything holds, otherwise 1.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readEnvFile } from './env-file.ts'
import { explain } from './exit.ts'
import { eventsIn } from './release/checkpoint/journal.ts'
import { isPublicKey } from './release/dsse.ts'
import { digestOfEvent } from './release/machine.ts'
import { visible } from './release/redact.ts'
import type { Refusal } from './release/refusal.ts'
import { REFUSALS_FILE, readChain } from './release/refusal-chain.ts'
import { readPlaces } from './setup.ts'
import { auditFolder, journalsIn, NotAudited, readIfThere } from './tools/audit.ts'
import { keyFileIn, publicFileOf, publicKeyOf } from './tools/signing.ts'

const USAGE =
  'npm run audit checks every journal. --export prints the events as lines of JSON, --key FILE names the public key.'

process.exitCode = await main()

async function main(): Promise<number> {
  const wish = readWish()
  if (wish === undefined) return explain(USAGE)
  await readEnvFile()
  const read = await readPlaces(process.env)
  if (!read.ok) return wrong(read.mistakes.map(({ name, what, remedy }) => `${name}: ${what} ${remedy}`))
  const data = resolve(read.settings.dataFolder)
  return look(data, wish, read.settings.signingKey).catch((error: Error) => {
    if (error instanceof NotAudited) return wrong([error.message])
    throw error
  })
}

async function look(data: string, wish: Wish, ownKeyFile: string | undefined): Promise<number> {
  const record = readChain((await readIfThere(join(data, REFUSALS_FILE), (path) => readFile(path, 'utf8'))) ?? '')
  if (wish.export) return exported(data, record.refusals)
  const signingKey = ownKeyFile ?? keyFileIn(data)
  const keyFile = wish.key === undefined ? publicFileOf(signingKey) : resolve(process.env.INIT_CWD ?? '.', wish.key)
  const ownKey = () => (wish.key === undefined ? publicKeyOf(signingKey, { make: false }).catch(() => '') : '')
  const key = await readFile(keyFile, 'utf8').catch(ownKey)
  if (!isPublicKey(key))
    return wrong([
      `There is no Ed25519 public key in ${keyFile}.`,
      wish.key === undefined ? `  SLIPWAY_DATA says where Slipway's data lie: now ${data}.` : '  --key names its file.',
    ])
  const { journals, faults: found } = await auditFolder(data, key)
  const faults = [...found, ...record.faults]
  if (faults.length > 0) return wrong([...faults, `${faults.length} not as written, in ${counted(journals)}`])
  say(`${counted(journals)}, every event and every checkpoint as written`)
  if (record.refusals.length > 0) say(`${record.refusals.length} refusals, every one as written`)
  return 0
}

function counted(journals: number): string {
  return journals === 1 ? '1 journal' : `${journals} journals`
}

interface Wish {
  readonly export: boolean
  readonly key?: string | undefined
}

function readWish(): Wish | undefined {
  try {
    return parseArgs({ options: { export: { type: 'boolean', default: false }, key: { type: 'string' } } }).values
  } catch {
    return undefined
  }
}

/** Whoever reads it may have had enough before its end. */
async function exported(data: string, refusals: readonly Refusal[]): Promise<number> {
  process.stdout.once('error', () => process.exit())
  for (const { number, text } of await journalsIn(data))
    for (const [index, event] of (eventsIn(text) ?? []).entries())
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
