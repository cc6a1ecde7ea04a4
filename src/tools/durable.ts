/** Writing so that after a power cut there is either the old file or the new one, whole. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, type link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes through a temporary name: written, synced, renamed, folder synced. Makes the folders above, 0700. */
export async function writeDurably(path: string, text: string, mode = 0o600): Promise<void> {
  await inItsFolder(path, () => throughTemporaryName(path, mode, (file) => file.writeFile(text), rename))
}

/** Makes the folders above `path`, 0700, where the work misses them: they are there nearly always. */
export async function inItsFolder<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return work()
  }
}

/**
 * Lets `fill` write a file of a random temporary name beside `path` and then puts it in place: with `rename` over what is
 * there, with `link` only where nothing is (rejects with EEXIST). The temporary file never stays. The mode is exact, whatever the umask.
 */
export async function throughTemporaryName<T>(
  path: string,
  mode: number,
  fill: (file: FileHandle) => Promise<T>,
  put: typeof rename | typeof link,
): Promise<T> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY}`
  try {
    const result = await filled(temporary, mode, fill)
    await put(temporary, path)
    if (put !== rename) await rm(temporary)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** What the names of files end in that a crash may leave behind. */
export const TEMPORARY = '.part'

/** Removes what a process that was killed left of writing to `path`. Nobody may be writing there now. */
export async function removeTemporaries(path: string): Promise<void> {
  const folder = dirname(path)
  const begin = `${basename(path)}.`
  const isLeft = (name: string) => name.startsWith(begin) && /^[0-9a-f]{12}\.part$/.test(name.slice(begin.length))
  for (const name of await readdir(folder)) if (isLeft(name)) await rm(join(folder, name), { force: true })
}

/** Makes names that were added to a folder, or taken from it, survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function filled<T>(path: string, mode: number, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'wx', mode)
  try {
    await file.chmod(mode)
    const result = await fill(file)
    await file.sync()
    return result
  } finally {
    await file.close()
  }
}
