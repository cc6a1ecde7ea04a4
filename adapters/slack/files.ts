/** Files that go with a message: they stand in its thread before it does, so that nobody is asked about what they cannot read. */
import type { CardFile } from '../../src/release/card.ts'
import { type Calls, NAMELESS, type Outcome, type Reply } from './calls.ts'
import { readThread } from './thread.ts'

export interface FilesOptions {
  readonly calls: Calls
  /** The bytes of a file, the last `most` of a longer one. Rejects where it cannot be read. */
  readFile(path: string, most: number): Promise<Uint8Array>
  /** Ids of files that Slack has and nobody sees yet, by title and place: what is tried again need not send them again. */
  readonly uploaded: Map<string, string>
  /** The bot's own account, which its files carry; anybody may share one with the same title. */
  userId(): string | undefined
}

/** Where files are shared. `mark` tells those of one message from those of another that have the same names. */
export interface Shelf {
  readonly channel: string
  readonly thread?: string
  readonly mark: string
}

/** Files that could not be attached and never will be, each with the reason. */
export type Lacking = readonly string[]

const MOST_BYTES = 20_000_000
const MOST_FILES = 10

/** Shares what is not there yet. Fails where Slack may take it later; what it will never take is named as lacking. */
export async function attach(
  files: readonly CardFile[],
  shelf: Shelf,
  options: FilesOptions,
): Promise<Outcome<Lacking>> {
  if (files.length === 0) return { ok: true, value: [] }
  const there = await titlesIn(shelf, options)
  if (!there.ok) return there
  const missing = files.filter(({ name }) => !there.value.includes(titleOf(name, shelf)))
  for (const file of files) if (!missing.includes(file)) options.uploaded.delete(nameOn(shelf, file.name))
  const sent = await sendAll(missing, shelf, options)
  if (!sent.ok || sent.value.ids.length === 0) return sent.ok ? { ok: true, value: sent.value.lacking } : sent
  const shared = await options.calls.call('files.completeUploadExternal', {
    channel_id: shelf.channel,
    ...(shelf.thread !== undefined && { thread_ts: shelf.thread }),
    files: sent.value.ids.map(({ id, name }) => ({ id, title: titleOf(name, shelf) })),
  })
  if (shared.ok || shared.fault.kind === 'refused')
    for (const { name } of sent.value.ids) options.uploaded.delete(nameOn(shelf, name))
  return shared.ok ? { ok: true, value: sent.value.lacking } : shared
}

function nameOn(shelf: Shelf, name: string): string {
  return `${shelf.channel}/${shelf.thread ?? ''}/${titleOf(name, shelf)}`
}

/** Read by people, and the same only for the same message: `aur.diff (#42 gate aur-submit.1)`. */
function titleOf(name: string, { mark }: Shelf): string {
  const words = mark.replace(/^(\d+)\//, '#$1 ').replace(/^answer\/.*(?=.{6}$)/, 'answer ')
  return `${name} (${words.replaceAll(':', ' ')})`
}

/** A lost answer does not say whether files were shared, so it is looked first. */
async function titlesIn(
  { channel, thread }: Shelf,
  { calls, userId }: FilesOptions,
): Promise<Outcome<readonly string[]>> {
  if (thread === undefined) return { ok: true, value: [] }
  const own = userId()
  if (own === undefined) return NAMELESS
  const found = await readThread(calls, channel, thread)
  if (!found.ok) return found
  const messages = found.value as readonly Shared[]
  const shared = messages.flatMap(({ files = [] }) => files).filter(({ user }) => user === own)
  return { ok: true, value: shared.map(({ title }) => String(title)) }
}

interface Shared {
  readonly files?: readonly { readonly title?: unknown; readonly user?: unknown }[]
}

async function sendAll(files: readonly CardFile[], shelf: Shelf, options: FilesOptions) {
  const ids: { readonly id: string; readonly name: string }[] = []
  const lacking = files.slice(MOST_FILES).map(({ name }) => `${name} (more files than a message takes)`)
  for (const file of files.slice(0, MOST_FILES)) {
    const bytes = await bytesOf(file, options)
    if (typeof bytes === 'string') {
      lacking.push(`${file.name} (${bytes})`)
      continue
    }
    const title = nameOn(shelf, file.name)
    const before = shelf.thread === undefined ? undefined : options.uploaded.get(title)
    const sent = before === undefined ? await send(file.name, bytes, options) : { ok: true as const, value: before }
    if (sent.ok) options.uploaded.set(title, sent.value)
    if (sent.ok) ids.push({ id: sent.value, name: file.name })
    else if (sent.fault.kind !== 'refused') return sent
    else lacking.push(`${file.name} (${sent.fault.error})`)
  }
  return { ok: true, value: { ids, lacking } } as const
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
