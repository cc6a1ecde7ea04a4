/** How much room a disk has, here and on a server. */
import { dirname } from 'node:path'
import { freeSpace } from '../argv/server.ts'
import type { Host } from '../release/project.ts'
import type { Action, Context } from './step.ts'

export const MEGABYTE = 1024 ** 2

/** Asks a server about the disks that its checkout and the job folders lie on. */
export function dfOf({ name, directory }: Host): Action & { readonly do: 'remote' } {
  return { do: 'remote', host: name, argv: freeSpace(directory) }
}

/** The folder with less room, and how many bytes that is. */
export interface Room {
  readonly folder: string
  readonly free: number
}

/** Reads the answer to `dfOf`. A line of `df -Pk`: device, blocks, used, available, capacity, mount point (POSIX df). */
export function roomOf(output: string, { directory }: Host): Room | undefined {
  const [checkout, jobs] = [...output.matchAll(/\s\d+\s+\d+\s+(\d+)\s+\d+%\s/g)].map(([, free]) => free)
  if (checkout === undefined || jobs === undefined) return undefined
  const isLessInJobs = Number(jobs) < Number(checkout)
  const folder = isLessInJobs ? (output.trimEnd().split('\n').at(-1) ?? '') : directory
  return { folder, free: Math.min(Number(checkout), Number(jobs)) * 1024 }
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
