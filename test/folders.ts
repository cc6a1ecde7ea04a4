/** Temporary folders of all tests: in memory where there is room, so that nothing waits for a disk, and gone at the end. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useMemoryDisk } from './crash/memory-disk.ts'

/** Before the first test: TMPDIR names one folder, which every user of this machine may write to as to /tmp. */
export async function setup(): Promise<() => Promise<void>> {
  await useMemoryDisk()
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'))
  await chmod(folder, 0o1777)
  process.env.TMPDIR = folder
  return () => rm(folder, { recursive: true, force: true })
}
