/** Work in a folder that somebody else may write as well. */
import { existsSync } from 'node:fs'
import { constants, open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Holds a folder open while `work` is done below the path that it is given: nobody can swap the folder, or one above it, for
 * a link meanwhile. Rejects where the folder is a link. Where Linux does not show what is open, it is the path itself.
 */
export async function inFolder<T>(path: string, work: (held: string) => Promise<T>): Promise<T> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const held = join('/proc/self/fd', String(folder.fd))
  try {
    return await work(existsSync(held) ? held : path)
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace(held, path)
    throw error
  } finally {
    await folder.close()
  }
}
