/** A build that prints as much as it is told, five secrets among its lines again and again. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

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
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) continue
    const bytes = await readFile(path)
    if (SECRETS.some(({ value }) => bytes.includes(value))) found.push(path)
  }
  return found
}
