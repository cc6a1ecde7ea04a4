/** What Slipway is started with: the environment and the configuration, read and checked. `main.ts` and the doctor share it. */
import { open, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import {
  type Contents,
  type Places,
  readPlaces as placesIn,
  type Read,
  readEnvironment,
  type Settings,
  secretFiles,
} from './config/environment.ts'
import { checkFileMode, type FileMode } from './config/file-mode.ts'
import { loadConfiguration } from './config/load.ts'
import { formatMistakes } from './config/mistake.ts'
import { modeOf } from './env-file.ts'
import type { Project } from './release/project.ts'

/** The settings of an environment and of the files that it names for secrets, or every mistake in them. */
export async function readSettings(env: NodeJS.ProcessEnv): Promise<Read<Settings>> {
  return readEnvironment({ HOME: homedir(), ...env }, await contentsOf(env))
}

/** The places alone, for programs that stop at no mistake in what only the bot uses. */
export async function readPlaces(env: NodeJS.ProcessEnv): Promise<Read<Places>> {
  return placesIn({ HOME: homedir(), ...env }, await contentsOf(env))
}

async function contentsOf(env: NodeJS.ProcessEnv): Promise<Contents> {
  const contents: Record<string, string> = {}
  for (const { name, path } of secretFiles(env)) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) contents[name] = text
  }
  return contents
}

type ReadProjects =
  | { readonly ok: true; readonly projects: readonly Project[] }
  | { readonly ok: false; readonly message: string }

/** The projects of a file that only its owner may write, or what is wrong with it in a few lines. */
export async function readProjects(configFile: string): Promise<ReadProjects> {
  const file = resolve(configFile)
  const found = await readWithMode(file).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) return { ok: false, message: unread(file, found) }
  const { text, mode } = found
  const writable = checkFileMode(mode, file)
  if (writable !== undefined) return { ok: false, message: `${writable.what}\n  ${writable.command}` }
  const loaded = loadConfiguration(text, { file, home: homedir() })
  return loaded.ok ? loaded : { ok: false, message: formatMistakes(file, loaded.mistakes) }
}

/** Both of the very same file, whatever is put in its place meanwhile. */
async function readWithMode(file: string): Promise<{ readonly text: string; readonly mode: FileMode }> {
  const handle = await open(file)
  try {
    return { text: await handle.readFile('utf8'), mode: modeOf(await handle.stat()) }
  } finally {
    await handle.close()
  }
}

function unread(file: string, { code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOENT'
    ? `There is no configuration at ${file}.\n  npm run init writes one; SLIPWAY_CONFIG says where it is.`
    : `The configuration ${file} cannot be read: ${message}.\n  It has to be a file that this account may read. SLIPWAY_CONFIG says where it is.`
}
