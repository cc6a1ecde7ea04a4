/** Packs a folder into a .tar.gz that depends on nothing but what is in the folder and the time that is given. */
import { createHash } from 'node:crypto'
import { constants, type FileHandle, lstat, mkdir, open, readdir, readlink, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Pack, pack as tarball } from 'tar-stream'
import { throughTemporaryName } from './durable.ts'
import { inFolder } from './held-folder.ts'

export interface PackOptions {
  readonly to: string
  /** The folder to pack, from the given one: no link on the way is followed. */
  readonly below?: string
  /** The folder inside the tarball. */
  readonly root: string
  /** Seconds since the epoch, of every entry. */
  readonly mtime: number
}

/** Sorted names, owner root, modes 0755 or 0644 by the executable bit, links kept; flat memory. Rejects for a socket or a pipe. */
export async function pack(
  folder: string,
  options: PackOptions,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await mkdir(dirname(options.to), { recursive: true, mode: 0o700 })
  return throughTemporaryName(options.to, 0o644, (file) => write(file, folder, options), rename)
}

async function write(file: FileHandle, folder: string, { below = '', root, mtime }: PackOptions) {
  const tar = tarball()
  const gzip = createGzip({ level: 9 })
  const way = below.split('/').filter((part) => part !== '' && part !== '.')
  const filled = addLast(tar, folder, way, root, new Date(mtime * 1000)).then(() => tar.finalize())
  filled.catch((error: Error) => tar.destroy(error))
  const saved = pipeline(tar as unknown as Readable, gzip, (chunks: AsyncIterable<Buffer>) => save(chunks, file))
  // Where the disk refuses, what is being packed is let go of before that is told.
  await Promise.allSettled([saved, filled])
  return saved
}

/** Enters one folder after the other, and packs the last. */
async function addLast(tar: Pack, folder: string, below: readonly string[], name: string, mtime: Date): Promise<void> {
  const [next, ...rest] = below
  if (next === undefined) return addFolder(tar, folder, name, mtime)
  return inFolder(folder, (held) => addLast(tar, join(held, next), rest, name, mtime))
}

/** What built it may still run, and swap what is packed for links to what it cannot read itself. */
async function addFolder(tar: Pack, folder: string, name: string, mtime: Date): Promise<void> {
  await add(tar, { name: `${name}/`, type: 'directory', mode: 0o755, mtime })
  await inFolder(folder, async (held) => {
    for (const child of (await readdir(held)).sort(byBytes))
      await addEntry(tar, join(held, child), `${name}/${child}`, mtime)
  })
}

async function addEntry(tar: Pack, path: string, name: string, mtime: Date): Promise<void> {
  const found = await lstat(path)
  if (found.isDirectory()) return addFolder(tar, path, name, mtime)
  if (found.isSymbolicLink())
    return add(tar, { name, type: 'symlink', linkname: await readlink(path), mode: 0o777, mtime })
  if (!found.isFile()) throw new Error(`${path} is neither a file nor a folder nor a link, so it cannot be packed.`)
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { mode, size } = await file.stat()
    const header = { name, type: 'file', size, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, mtime } as const
    await add(tar, header, file.createReadStream({ autoClose: false }))
  } finally {
    await file.close()
  }
}

async function add(tar: Pack, header: Parameters<Pack['entry']>[0], content?: Readable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const whole = { ...header, uid: 0, gid: 0, uname: 'root', gname: 'root' }
    const entry = tar.entry(whole, (error) => (error ? reject(error) : resolve()))
    if (content) pipeline(content, entry as unknown as Writable).catch(reject)
  })
}

async function save(gzip: AsyncIterable<Buffer>, file: FileHandle) {
  const sum = createHash('sha256')
  let bytes = 0
  for await (const chunk of gzip) {
    if (bytes === 0) chunk[OS_BYTE] = UNKNOWN_OS
    bytes += chunk.length
    sum.update(chunk)
    await file.appendFile(chunk)
  }
  return { bytes, sha256: sum.digest('hex') }
}

/** The gzip header names the system that packed: https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const OS_BYTE = 9
const UNKNOWN_OS = 255

/** As `LC_ALL=C sort` does, on every machine. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
