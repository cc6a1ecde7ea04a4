/** Files through sftp: the requests of version 3 of the protocol that clients such as ssh2, node-ssh and OpenSSH send. */
import type { Stats } from 'node:fs'
import {
  chmod,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  stat,
  truncate,
  unlink,
  utimes,
} from 'node:fs/promises'
import { join, resolve } from 'node:path'
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2'

const { OPEN_MODE, STATUS_CODE, flagsToString } = ssh2.utils.sftp

/**
 * Answers a client; relative paths start at `home`, as sftp-server has it. It guards nothing: who may enter may run anything
 * here. A rename never replaces (draft-ietf-secsh-filexfer-02, section 6.5).
 */
export function serveFiles(sftp: SFTPWrapper, home: string): void {
  const at = (path: string) => resolve(home, path)
  const handles = createHandles()
  serveFileRequests(sftp, at, handles)
  serveFolderRequests(sftp, at, handles)
  servePathRequests(sftp, at)
  // OpenSSH's client waits for the channel to be closed.
  sftp.on('end', () => sftp.end())
  sftp.on('close', () => void handles.releaseAll())
}

type At = (path: string) => string
type Handles = ReturnType<typeof createHandles>
type Held = { readonly file: FileHandle } | { readonly folder: string; isListed: boolean }

function serveFileRequests(sftp: SFTPWrapper, at: At, { hold, file, release }: Handles): void {
  const { answer, reply } = talkTo(sftp)
  sftp.on('OPEN', (id, path, flags, { mode }) =>
    reply(id, open(at(path), flagsOf(flags), mode ?? 0o666), (opened) => sftp.handle(id, hold({ file: opened }))),
  )
  sftp.on('READ', (id, handle, offset, length) =>
    reply(
      id,
      file(handle).then((opened) => piece(opened, offset, length)),
      (bytes) => (bytes.length === 0 ? sftp.status(id, STATUS_CODE.EOF) : sftp.data(id, bytes)),
    ),
  )
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(
      id,
      file(handle).then((opened) => opened.write(data, 0, data.length, offset)),
    ),
  )
  sftp.on('FSTAT', (id, handle) =>
    reply(
      id,
      file(handle).then((opened) => opened.stat()),
      (found) => sftp.attrs(id, attributes(found)),
    ),
  )
  sftp.on('FSETSTAT', (id, handle, wanted) =>
    answer(
      id,
      file(handle).then((opened) => change(opened, wanted)),
    ),
  )
  sftp.on('CLOSE', (id, handle) => answer(id, release(handle)))
}

function serveFolderRequests(sftp: SFTPWrapper, at: At, { hold, list }: Handles): void {
  const { answer, reply } = talkTo(sftp)
  sftp.on('OPENDIR', (id, path) => reply(id, folderAt(at(path)), (folder) => sftp.handle(id, hold(folder))))
  sftp.on('READDIR', (id, handle) =>
    reply(id, list(handle), (found) => (found ? sftp.name(id, found) : sftp.status(id, STATUS_CODE.EOF))),
  )
  sftp.on('MKDIR', (id, path, { mode }) => answer(id, mkdir(at(path), mode ?? 0o777)))
  sftp.on('RMDIR', (id, path) => answer(id, rmdir(at(path))))
}

function servePathRequests(sftp: SFTPWrapper, at: At): void {
  const { answer, reply } = talkTo(sftp)
  sftp.on('STAT', (id, path) => reply(id, stat(at(path)), (found) => sftp.attrs(id, attributes(found))))
  sftp.on('LSTAT', (id, path) => reply(id, lstat(at(path)), (found) => sftp.attrs(id, attributes(found))))
  sftp.on('SETSTAT', (id, path, wanted) => answer(id, changeAt(at(path), wanted)))
  sftp.on('REMOVE', (id, path) => answer(id, unlink(at(path))))
  sftp.on('RENAME', (id, from, to) => answer(id, renameNew(at(from), at(to))))
  sftp.on('REALPATH', (id, path) => {
    const filename = at(path)
    sftp.name(id, [{ filename, longname: filename, attrs: NO_ATTRIBUTES }])
  })
}

/** Answers with a status alone, or with what was found; a failure is a status either way. */
function talkTo(sftp: SFTPWrapper) {
  const reply = <T>(id: number, work: Promise<T>, send: (value: T) => void) =>
    void work.then(send, (error: unknown) => sftp.status(id, statusOf(error), String(error)))
  const answer = (id: number, work: Promise<unknown>) => reply(id, work, () => sftp.status(id, STATUS_CODE.OK))
  return { answer, reply }
}

function createHandles() {
  const held = new Map<number, Held>()
  let counted = 0
  const find = (handle: Buffer): Held | undefined => held.get(handle.readUInt32BE(0))
  return {
    hold(what: Held): Buffer {
      const handle = Buffer.alloc(4)
      handle.writeUInt32BE(++counted)
      held.set(counted, what)
      return handle
    },
    async file(handle: Buffer): Promise<FileHandle> {
      const found = find(handle)
      if (found && 'file' in found) return found.file
      throw new Error('no such handle')
    },
    /** The entries, once; undefined afterwards, which ends a listing. */
    async list(handle: Buffer): Promise<FileEntry[] | undefined> {
      const found = find(handle)
      if (!found || 'file' in found) throw new Error('no such handle')
      if (found.isListed) return undefined
      found.isListed = true
      return entries(found.folder)
    },
    async release(handle: Buffer): Promise<void> {
      const found = find(handle)
      held.delete(handle.readUInt32BE(0))
      if (found && 'file' in found) await found.file.close()
    },
    /** A connection that was cut says nothing of what it had open. */
    async releaseAll(): Promise<void> {
      const files = [...held.values()].flatMap((found) => ('file' in found ? [found.file] : []))
      held.clear()
      await Promise.allSettled(files.map((opened) => opened.close()))
    },
  }
}

const NO_ATTRIBUTES: Attributes = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }

function flagsOf(flags: number): string {
  return flagsToString(flags) ?? ((flags & OPEN_MODE.WRITE) === 0 ? 'r' : 'r+')
}

async function piece(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(length, 256 * 1024)), 0, undefined, offset)
  return buffer.subarray(0, bytesRead)
}

async function folderAt(folder: string): Promise<Held> {
  await readdir(folder)
  return { folder, isListed: false }
}

async function entries(folder: string): Promise<FileEntry[]> {
  const names = await readdir(folder)
  return Promise.all(
    names.map(async (filename) => {
      const attrs = attributes(await lstat(join(folder, filename)))
      return { filename, longname: `${attrs.mode.toString(8)} ${attrs.size} ${filename}`, attrs }
    }),
  )
}

async function changeAt(path: string, { mode, size, atime, mtime }: Partial<Attributes>): Promise<void> {
  if (size !== undefined) await truncate(path, size)
  if (mode !== undefined) await chmod(path, mode & 0o7777)
  if (atime !== undefined && mtime !== undefined) await utimes(path, atime, mtime)
}

/** Only what the client named is changed; owners stay. */
async function change(file: FileHandle, { mode, size, atime, mtime }: Partial<Attributes>): Promise<void> {
  if (size !== undefined) await file.truncate(size)
  if (mode !== undefined) await file.chmod(mode & 0o7777)
  if (atime !== undefined && mtime !== undefined) await file.utimes(atime, mtime)
}

/** A file is given its new name only where nothing has it; a folder cannot be linked, and rename refuses a full one. */
async function renameNew(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isDirectory()) return rename(from, to)
  await link(from, to)
  await unlink(from)
}

function attributes({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) }
}

const STATUSES: Readonly<Record<string, number>> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE,
  EACCES: STATUS_CODE.PERMISSION_DENIED,
  EPERM: STATUS_CODE.PERMISSION_DENIED,
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return STATUSES[code] ?? STATUS_CODE.FAILURE
}
