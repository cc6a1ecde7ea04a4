/** What this machine offers: cores, programs, the user, the environment. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { availableParallelism, userInfo } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import type { Processes } from '../ports/processes.ts'

/** `env` is where programs are looked for and what runners may pass on: the bot's own environment, unless handed in. */
export function createProcesses(env: Readonly<NodeJS.ProcessEnv> = process.env): Processes {
  const { uid, username } = userInfo()
  return {
    cores: availableParallelism(),
    user: { id: uid, name: username },
    find: (program) => findProgram(program, env.PATH ?? ''),
    environment: (names) =>
      Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  }
}

/** A name with a slash is a path already, as it is for a shell. */
async function findProgram(program: string, path: string): Promise<string | undefined> {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
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
