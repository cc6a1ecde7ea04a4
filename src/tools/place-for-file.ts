/** Whether a file can be put at a path, known before anybody is asked what should stand in it. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Why no file can be written to `path`, nor the folders above it made; undefined where it can. Changes nothing. */
export async function whyNoFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined || found.isFile() ? whyNothingIn(dirname(path)) : `${path} is there and no file`
}

/** Looks upwards, as far as nothing is there. */
async function whyNothingIn(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(({ code }: NodeJS.ErrnoException) => code)
  if (found === 'ENOENT' || found === 'ENOTDIR') return whyNothingIn(dirname(folder))
  if (typeof found !== 'object') return `${folder} cannot be entered by this account`
  if (!found.isDirectory()) return `${folder} is no folder`
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => undefined,
    () => `${folder} cannot be written by this account`,
  )
}
