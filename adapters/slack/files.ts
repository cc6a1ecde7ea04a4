/** Files that go with a message: sent up first, so that a message never promises what is not there, and shared below it. */
import type { CardFile } from '../../src/release/card.ts'
import type { MessageRef } from '../../src/release/deployment.ts'
import type { Calls, Outcome, Reply } from './calls.ts'

export interface FilesOptions {
  readonly calls: Calls
  /** The bytes of a file, the last `most` of a longer one. Rejects where it cannot be read. */
  readFile(path: string, most: number): Promise<Uint8Array>
}

/** Files that Slack has and nobody sees yet, and those it could not be given, each with the reason. */
export interface Attached {
  readonly ids: readonly { readonly id: string; readonly name: string }[]
  readonly lacking: readonly string[]
}

const MOST_BYTES = 20_000_000
const MOST_FILES = 10

/** Fails where Slack may take them later; what it will never take is named as lacking. */
export async function upload(files: readonly CardFile[], options: FilesOptions): Promise<Outcome<Attached>> {
  const ids: { id: string; name: string }[] = []
  const lacking = files.slice(MOST_FILES).map(({ name }) => `${name} (more files than a message takes)`)
  for (const file of files.slice(0, MOST_FILES)) {
    const bytes = await bytesOf(file, options)
    const sent = typeof bytes === 'string' ? undefined : await send(file.name, bytes, options)
    if (sent?.ok) ids.push({ id: sent.value, name: file.name })
    else if (sent !== undefined && sent.fault.kind !== 'refused') return sent
    else lacking.push(`${file.name} (${sent?.fault.kind === 'refused' ? sent.fault.error : String(bytes)})`)
  }
  return { ok: true, value: { ids, lacking } }
}

/** Shares the files in the thread; `again`: they may be there already, from before an answer was lost. */
export async function attach(
  { channel, id }: MessageRef,
  thread: string,
  { ids }: Attached,
  again: boolean,
  calls: Calls,
): Promise<Outcome<unknown>> {
  if (ids.length === 0) return { ok: true, value: {} }
  if (again && (await areThere(channel, id, thread, ids, calls))) return { ok: true, value: {} }
  const shared = await calls.call('files.completeUploadExternal', {
    channel_id: channel,
    thread_ts: thread,
    files: ids.map((file) => ({ id: file.id, title: file.name })),
  })
  if (shared.ok || shared.fault.kind !== 'unknown') return shared
  return (await areThere(channel, id, thread, ids, calls)) ? { ok: true, value: {} } : shared
}

async function areThere(channel: string, id: string, thread: string, ids: Attached['ids'], calls: Calls) {
  const found = await calls.call('conversations.replies', { channel, ts: thread, limit: 200 })
  const messages = found.ok && Array.isArray(found.value.messages) ? (found.value.messages as readonly Shared[]) : []
  return messages.some(({ ts, files = [] }) => {
    const names = files.map((file) => file.name)
    return String(ts) > id && ids.every(({ name }) => names.includes(name))
  })
}

interface Shared {
  readonly ts?: unknown
  readonly files?: readonly { readonly name?: unknown }[]
}

async function bytesOf(file: CardFile, { readFile }: FilesOptions): Promise<Uint8Array | string> {
  const bytes =
    'text' in file
      ? Buffer.from(file.text)
      : await readFile(file.path, MOST_BYTES).catch((error: unknown) => `it cannot be read: ${String(error)}`)
  if (typeof bytes === 'string') return bytes
  if (bytes.length > MOST_BYTES) return `${bytes.length} bytes are more than is sent`
  return bytes.length === 0 ? Buffer.from('\n') : bytes
}

async function send(name: string, bytes: Uint8Array, { calls }: FilesOptions): Promise<Outcome<string>> {
  const given = await calls.call('files.getUploadURLExternal', { filename: name, length: bytes.length })
  if (!given.ok) return given
  const { upload_url: url, file_id: id } = given.value as Reply & { upload_url?: unknown; file_id?: unknown }
  const sent = await calls.upload(String(url), bytes)
  return sent.ok ? { ok: true, value: String(id) } : sent
}
