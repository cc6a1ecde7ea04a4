/** How much room a disk has, here and on a server. */
import { dirname } from 'node:path'
import type { Host } from '../release/project.ts'
import type { Action, Context } from './step.ts'

export const MEGABYTE = 1024 ** 2

/** Asks a server about the disk that its checkout lies on. */
export function dfOf({ name, directory }: Host): Action & { readonly do: 'remote' } {
  return { do: 'remote', host: name, argv: ['df', '-Pk', '--', directory] }
}

/** Bytes available, from the last line of `df -Pk`: device, blocks, used, available, capacity, mount point (POSIX df). */
export function freeOf(output: string): number | undefined {
  const available = /^.*\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(output.trim().split('\n').at(-1) ?? '')?.[1]
  return available === undefined ? undefined : Number(available) * 1024
}

/** The folder, or the nearest one above it that is there already. */
export async function existing({ ports }: Pick<Context, 'ports'>, path: string): Promise<string> {
  let folder = path
  while (folder !== dirname(folder) && !(await ports.files.exists(folder))) folder = dirname(folder)
  return folder
}

/** A size as a person reads it: `812 MB`, `40 GB`. */
export function sizeOf(bytes: number): string {
  const megabytes = Math.floor(bytes / MEGABYTE)
  return megabytes < 10_240 ? `${megabytes} MB` : `${Math.floor(megabytes / 1024)} GB`
}
