/** A build that prints as much as it is told, five secrets among its lines again and again. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** What the bot is told to hide; each gives itself away by its shape besides, as for a bot that knows none of them. */
export const SECRETS = [
  { name: 'FORGE_TOKEN', value: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
  { name: 'REGISTRY_TOKEN', value: 'npm_abcdefghijABCDEFGHIJ0123456789abcdef' },
  { name: 'CHAT_TOKEN', value: 'xoxb-1234567890-abcdefghijklmnopqrstuvwx' },
  { name: 'CLOUD_KEY', value: 'AKIA0123456789ABCDEF' },
  { name: 'LAB_TOKEN', value: 'glpat-abcdefghij0123456789' },
] as const

const EVERY = 40
const LINE = 'a line of the build, as long as lines of builds usually are'
const BLOCK = SECRETS.map(({ value }) =>
  [...Array.from({ length: EVERY }, () => LINE), `pushed with ${value}`].join('\n'),
).join('\n')

/** The program; `to`: the shell's own way of writing it to a file. */
export function loudBuild(bytes: number, to?: string): readonly string[] {
  const talk = 'yes "$1" | head -c "$2"; echo; echo last'
  const line = to === undefined ? talk : `{ ${talk}; } >"$3"`
  return ['sh', '-c', line, 'sh', BLOCK, String(bytes), ...(to === undefined ? [] : [to])]
}

/** Files below a folder that hold a secret as it is. */
export async function filesWithSecrets(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(orNothing([]))) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) continue
    const bytes = await readFile(path).catch(orNothing(Buffer.alloc(0)))
    if (SECRETS.some(({ value }) => bytes.includes(value))) found.push(path)
  }
  return found
}

const LOOK_AGAIN_MS = 200

/** Looks while a program writes, again and again, until it is stopped; every file that held a secret at any time. */
export function watchForSecrets(folder: string) {
  const stopped = new AbortController()
  const look = async () => {
    const found = new Set<string>()
    while (!stopped.signal.aborted) {
      for (const path of await filesWithSecrets(folder)) found.add(path)
      await pause(LOOK_AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => {})
    }
    return [...found]
  }
  return { found: look(), stop: () => stopped.abort() }
}

/** What is not there yet, or no more, holds nothing. */
function orNothing<T>(nothing: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== 'ENOENT') throw error
    return nothing
  }
}
