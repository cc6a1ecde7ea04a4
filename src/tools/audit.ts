/** The journals of a data folder, held against their checkpoints and the certificates that they speak of. Only reads. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { numberOfCertificate } from '../release/certificate/files.ts'
import { auditJournals, eventsIn, type JournalFile } from '../release/checkpoint/journal.ts'
import { type CheckpointFile, placeOf } from '../release/checkpoint.ts'
import { isRotationFile, trustedKeys } from '../release/key-rotation.ts'

/** What is not as it was written, one sentence each, and how many journals there are. `key`: the public key, PEM. */
export async function auditFolder(data: string, key: string) {
  const [journals, checkpoints, certificates = []] = await Promise.all([
    journalsIn(data),
    checkpointsIn(join(data, 'checkpoints')),
    readIfThere(join(data, 'certificates'), namesIn),
  ])
  const rotations = await Promise.all(
    certificates.filter(isRotationFile).map((name) => textOf(join(data, 'certificates', name))),
  )
  const keys = trustedKeys(key, rotations)
  const faults = auditJournals(journals, checkpoints, keys)
  const sound = journals.filter(({ number }) => !faults.some((fault) => fault.startsWith(`#${number}:`)))
  const spoken = await Promise.all(sound.map((file) => certificateFaults(file, data)))
  return { journals: journals.length, faults: [...faults, ...spoken.flat(), ...strays(certificates, journals)] }
}

/** Every deployment that has a document, ascending. A folder without any journal is none of Slipway's. */
export async function journalsIn(data: string): Promise<readonly JournalFile[]> {
  const [closed, open] = await Promise.all([documentsIn(data, 'closed'), documentsIn(data, 'open')])
  if (closed === undefined && open === undefined)
    throw new NotAudited(`There is no journal in ${data}. SLIPWAY_DATA says where Slipway's data lie.`)
  return [...(closed ?? []), ...(open ?? [])].sort((a, b) => a.number - b.number)
}

/** Why no audit could be made. What was not read is not as written. */
export class NotAudited extends Error {}

/** What `read` makes of a path, or undefined where nothing is there. What is there and cannot be read is never passed over. */
export function readIfThere<T>(path: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
  return read(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unread(path, error)
  })
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder)
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error) => {
    throw unread(path, error)
  })
}

function unread(path: string, { code, message }: NodeJS.ErrnoException): Error {
  return new NotAudited(`${path} cannot be read: ${code ?? message}. So it was not checked.`)
}

async function documentsIn(data: string, folder: 'open' | 'closed'): Promise<readonly JournalFile[] | undefined> {
  const names = await readIfThere(join(data, folder), namesIn)
  const numbers = names?.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number)
  const read = numbers?.map(async (number) => {
    const text = await textOf(join(data, folder, `${number}.json`))
    return { number, text, isClosed: folder === 'closed' }
  })
  return read && Promise.all(read)
}

async function checkpointsIn(folder: string): Promise<readonly CheckpointFile[]> {
  const names = ((await readIfThere(folder, namesIn)) ?? []).filter((name) => placeOf(name) !== undefined)
  return Promise.all(names.map(async (name) => ({ name, text: await textOf(join(folder, name)) })))
}

/** A certificate that a journal speaks of has to be there as it was issued. What a changed journal says of it is worth nothing. */
async function certificateFaults({ number, text }: JournalFile, data: string): Promise<readonly string[]> {
  const issued = eventsIn(text)?.flatMap((event) =>
    event.type === 'settled' && event.step === 'finish.certificate' && event.outcome.ok ? [event.outcome.evidence] : [],
  )
  const { certificateFile: file, certificateSha256: sha256 } = issued?.at(-1) ?? {}
  if (typeof file !== 'string' || typeof sha256 !== 'string') return []
  const name = basename(file)
  const certificate = await readIfThere(join(data, 'certificates', name), (path) => readFile(path))
  if (certificate === undefined) return [`#${number}: its certificate ${name} is gone`]
  const isAsIssued = createHash('sha256').update(certificate).digest('hex') === sha256
  return isAsIssued ? [] : [`#${number}: its certificate ${name} was changed`]
}

/** Whoever cuts off the end of the journal has to cut off the certificates too. */
function strays(certificates: readonly string[], journals: readonly JournalFile[]): readonly string[] {
  const here = new Set(journals.map(({ number }) => number))
  return certificates.flatMap((name) => {
    const number = numberOfCertificate(name)
    return number === undefined || here.has(number)
      ? []
      : [`#${number}: the journal is gone, and its certificate ${name} is still here`]
  })
}
