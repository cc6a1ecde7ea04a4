/** Worlds are small and live for seconds: where the machine has a disk in memory that programs may run on, they lie there. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** What the pre-flight check of a release asks for, and what two worlds with their clones and builds take. */
const ENOUGH_BYTES = 3 * 1024 ** 3

/** Lets temporary folders of this process lie in memory, unless TMPDIR says where they should. */
export async function useMemoryDisk(): Promise<void> {
  if (process.env.TMPDIR === undefined && (await holdsWorlds(MEMORY).catch(() => false))) process.env.TMPDIR = MEMORY
}

async function holdsWorlds(disk: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(disk)
  if (bavail * bsize < ENOUGH_BYTES) return false
  const folder = await mkdtemp(join(disk, 'slipway-'))
  try {
    const program = join(folder, 'program')
    await writeFile(program, '#!/bin/sh\n')
    await chmod(program, 0o755)
    return spawnSync(program).status === 0
  } finally {
    await rm(folder, { recursive: true })
  }
}
