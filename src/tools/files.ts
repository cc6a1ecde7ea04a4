/** The bot's own folders on this disk. */
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import {
  appendFile,
  chmod,
  cp,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  rmdir,
  statfs,
  unlink,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Entry, Files } from '../ports/files.ts'
import type { Masker } from '../release/redact.ts'
import { contents } from './contents.ts'
import { removeTemporaries, throughTemporaryName, writeDurably } from './durable.ts'
import { inFolder } from './held-folder.ts'
import { LOG_BYTES } from './log-file.ts'
import { pack } from './pack.ts'

const TAIL_BYTES = 64 * 1024
const OWN_FOLDER = 0o700

/** Rejects with the system's error where the disk refuses. What is appended, logs and notes, is masked. */
export function createFiles(options: { readonly masker: Masker; readonly logBytes?: number }): Files {
  const { masker, logBytes = LOG_BYTES } = options
  return {
    logBytes,
    read,
    write: writeDurably,
    async append(path, text) {
      await mkdir(dirname(path), { recursive: true, mode: OWN_FOLDER })
      await appendFile(path, masker.mask(text), { mode: 0o600 })
    },
    async copy(from, to) {
      await mkdir(dirname(to), { recursive: true, mode: OWN_FOLDER })
      await cp(from, to, { recursive: true, verbatimSymlinks: true })
    },
    place,
    tidy: (to) => removeTemporaries(to).catch(unlessMissing(undefined)),
    remove,
    async folder(path, mode = OWN_FOLDER, user) {
      await mkdir(path, { recursive: true, mode: OWN_FOLDER })
      await chmod(path, mode)
      if (user !== undefined) await give(path, await account(user))
    },
    list,
    exists: (path) => lstat(path).then(() => true, unlessMissing(false)),
    sha256,
    freeBytes,
    tail,
    own,
    pack,
    contents,
  }
}

function unlessMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value
    throw error
  }
}

/** What a link leads to may be a pipe, which keeps whoever opens it waiting, or a device, which never ends. */
async function read(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(unlessMissing(undefined))
  if (!file) return undefined
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is no ordinary file.`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Strangers may look at the folder: what an earlier attempt left there goes first. */
async function place(from: string, to: string): Promise<boolean> {
  await removeTemporaries(to)
  try {
    await throughTemporaryName(to, 0o644, (file) => file.writeFile(createReadStream(from)), link)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** What it holds may be somebody else's, who swaps folders for links while it is removed. */
async function remove(path: string): Promise<void> {
  const found = await lstat(path).catch(unlessMissing(undefined))
  if (!found?.isDirectory()) return rm(path, { force: true })
  await inFolder(path, async (held) => {
    const entries = await readdir(held, { withFileTypes: true })
    const others = entries.filter((entry) => !entry.isDirectory())
    await Promise.all(others.map(({ name }) => unlink(join(held, name)).catch(unlessMissing(undefined))))
    for (const entry of entries) if (entry.isDirectory()) await remove(join(held, entry.name))
  })
  await rmdir(path)
}

async function list(path: string): Promise<readonly Entry[]> {
  const names = await readdir(path).catch(unlessMissing([]))
  const entries = await Promise.all(names.sort().map((name) => entry(path, name)))
  return entries.filter((found) => found !== undefined)
}

/** Nothing where it went away meanwhile, or is neither file, folder nor link. */
async function entry(folder: string, name: string): Promise<Entry | undefined> {
  const found = await lstat(join(folder, name)).catch(unlessMissing(undefined))
  if (found?.isFile()) return { name, kind: 'file', bytes: found.size }
  if (found?.isDirectory()) return { name, kind: 'folder', bytes: 0 }
  return found?.isSymbolicLink() ? { name, kind: 'link', bytes: found.size } : undefined
}

async function sha256(path: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(path)) sum.update(chunk as Buffer)
  return sum.digest('hex')
}

/** For the bot, not for root: the disk keeps some for itself. A folder that is yet to be made counts as the one above. */
async function freeBytes(path: string): Promise<number> {
  const disk = await statfs(path).catch(unlessMissing(undefined))
  return disk ? disk.bavail * disk.bsize : freeBytes(dirname(path))
}

/** A line as a terminal shows it in the end: of a progress bar that draws over itself, what it drew last. */
function asLastDrawn(line: string): string {
  return line.replace(/\r+$/, '').split('\r').at(-1) ?? ''
}

async function tail(path: string, lines: number, bytes = TAIL_BYTES): Promise<readonly string[]> {
  const file = await open(path, 'r').catch(unlessMissing(undefined))
  if (!file) return []
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - bytes)
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from })
    const found = buffer.toString('utf8', 0, bytesRead).replace(/\n$/, '').split('\n')
    const whole = from === 0 ? found : found.slice(1)
    return size === 0 || lines === 0 ? [] : whole.slice(-lines).map(asLastDrawn)
  } finally {
    await file.close()
  }
}

async function own(path: string, user: string): Promise<void> {
  await handOver(path, await account(user))
}

/** A folder goes after what is in it: what the user may write is not entered any more, where a link could lie by then. */
async function handOver(path: string, to: Account): Promise<void> {
  if ((await lstat(path)).isDirectory())
    await inFolder(path, async (held) => {
      for (const name of await readdir(held)) await handOver(join(held, name), to)
    })
  await give(path, to)
}

/** A link is handed over itself, and never followed. */
async function give(path: string, { uid, gid }: Account): Promise<void> {
  await lchown(path, uid, gid)
}

interface Account {
  readonly uid: number
  readonly gid: number
}

async function account(user: string): Promise<Account> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const [, , uid, gid] = accounts.find(([name]) => name === user) ?? []
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${user} in /etc/passwd.`)
  return { uid: Number(uid), gid: Number(gid) }
}
