/** The `.env` beside the start: it names the configuration and the data folder, so it is guarded like the configuration. */
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { checkFileMode, type FileMode } from './config/file-mode.ts'

/** Sets variables of a `.env` that are not set already; `leftOut` is told why one is there that does not count. */
export async function readEnvFile(leftOut: (why: string) => void = warn): Promise<void> {
  const found = await stat('.env').catch(() => undefined)
  if (found?.isFile() !== true) return
  const writable = checkFileMode(modeOf(found), 'It')
  if (writable !== undefined) return leftOut(`The .env of this folder is left out. ${writable}`)
  try {
    process.loadEnvFile('.env')
  } catch {
    leftOut('The .env of this folder cannot be read by this account, and is left out.')
  }
}

/** Whose a file is, seen from this process. */
export function modeOf({ mode, uid }: Stats): FileMode {
  return { mode, ownerId: uid, userId: process.getuid?.() ?? 0 }
}

function warn(why: string): void {
  process.stderr.write(`${why}\n`)
}
