/** A word that only this data folder has: another one, or a new beginning, counts the same numbers of deployments. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SHAPE = /^[\w-]{8}$/

/** The mark of a folder that is there; made at the first call, mode 0600, and the same ever after. */
export async function markOf(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'mark')
  const found = await readFile(file, 'utf8').catch(() => '')
  if (SHAPE.test(found)) return found
  const mark = randomBytes(6).toString('base64url')
  await writeFile(file, mark, { mode: 0o600 })
  return mark
}
