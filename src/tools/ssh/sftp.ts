/** Files of a remote host. */
import type { SFTPWrapper } from 'ssh2'
import type { SshFault } from '../../ports/ssh.ts'
import { fault } from './fault.ts'

/** Copies under a temporary name, and then puts it in place of what may be there. */
export async function put(
  sftp: SFTPWrapper,
  from: string,
  to: string,
  temporary: string,
): Promise<SshFault | undefined> {
  try {
    await done((callback) => sftp.fastPut(from, temporary, callback))
    await replace(sftp, temporary, to)
    return undefined
  } catch (error) {
    await done((callback) => sftp.unlink(temporary, callback)).catch(() => {})
    return fault('failed', `${to}: ${(error as Error).message}`)
  }
}

/** In bytes; undefined where there is no such file. */
export async function sizeOf(sftp: SFTPWrapper, path: string): Promise<number | undefined | SshFault> {
  return new Promise((resolve) => {
    sftp.stat(path, (error, stats) => {
      if (!error) resolve(stats.size)
      else resolve(isMissing(error) ? undefined : fault('failed', `${path}: ${error.message}`))
    })
  })
}

/** The protocol says that a rename fails where the target exists; not every server does, so it is looked at before. */
export async function renameNew(sftp: SFTPWrapper, from: string, to: string): Promise<SshFault | undefined> {
  if ((await sizeOf(sftp, to)) !== undefined) return fault('failed', `${to} exists already and is not replaced.`)
  try {
    await done((callback) => sftp.rename(from, to, callback))
    return undefined
  } catch (error) {
    return fault('failed', `${from} could not be renamed to ${to}: ${(error as Error).message}`)
  }
}

/** OpenSSH's own rename replaces in one step; elsewhere the old file goes first. */
async function replace(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  try {
    await done((callback) => sftp.ext_openssh_rename(from, to, callback))
  } catch {
    await done((callback) => sftp.unlink(to, callback)).catch(() => {})
    await done((callback) => sftp.rename(from, to, callback))
  }
}

/** Throws of ssh2 itself, such as for an extension the server lacks, become rejections too. */
function done(start: (callback: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())))
}

const NO_SUCH_FILE = 2

function isMissing(error: Error & { readonly code?: unknown }): boolean {
  return error.code === NO_SUCH_FILE
}
