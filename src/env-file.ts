/** The `.env` beside the start: it names the configuration and the data folder, so it is guarded like the configuration. */
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { SECRET_VARIABLES } from './config/environment-table.ts'
import { checkFileMode, checkSecrets, type Exposed, type FileMode } from './config/file-mode.ts'

/** Sets variables of a `.env` that are not set already; `leftOut` is told why one is there that does not count. */
export async function readEnvFile(leftOut: (why: Exposed) => void = warn): Promise<void> {
  const file = resolve('.env')
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() !== true) return
  const writable = checkFileMode(modeOf(found), file)
  if (writable !== undefined) return leftOut(writable)
  try {
    process.loadEnvFile(file)
  } catch {
    leftOut({ what: `${file} cannot be read by this account.`, command: `chown "$USER" ${file}` })
  }
}

/** Whether others can read the secrets of a `.env` that is there. */
export async function secretsShown(): Promise<Exposed | undefined> {
  const file = resolve('.env')
  const [found, text] = await Promise.all([stat(file), readFile(file, 'utf8')]).catch(() => [])
  if (found === undefined) return undefined
  const set = parseEnv(text)
  return checkSecrets(
    modeOf(found),
    file,
    SECRET_VARIABLES.filter((name) => set[name]?.trim()),
  )
}

/** Whose a file is, seen from this process. */
export function modeOf({ mode, uid }: Stats): FileMode {
  return { mode, ownerId: uid, userId: process.getuid?.() ?? 0 }
}

function warn({ what, command }: Exposed): void {
  process.stderr.write(`${what} So it is left out.\n  ${command}\n`)
}
