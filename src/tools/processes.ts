/** What this machine offers: cores, programs, the user, the environment. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { availableParallelism, userInfo } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Processes } from '../ports/processes.ts'

export function createProcesses(): Processes {
  const { uid, username } = userInfo()
  return {
    cores: availableParallelism(),
    user: { id: uid, name: username },
    find: findProgram,
    environment: (names) =>
      Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
  }
}

/** A name with a slash is a path already, as it is for a shell. */
async function findProgram(program: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = program.includes('/') ? [resolve(program)] : folders.map((folder) => join(folder, program))
  for (const place of places) if (await isProgram(place)) return place
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
