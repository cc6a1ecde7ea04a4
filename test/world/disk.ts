/** A disk of its own for a folder, in memory, that can be full from one moment to the next. */
import { mkdir, statfs } from 'node:fs/promises'
import { run } from '../../sandbox/programs.ts'
import { until } from './until.ts'

export interface Disk {
  /** Nothing more fits on it: its size becomes what is used. */
  fill(): Promise<void>
  /** It is as large as before. */
  empty(): Promise<void>
  close(): Promise<void>
}

/** The size is a promise, not memory: only what is written takes some. What was in the folder is hidden until it is closed. */
export async function mountDisk(folder: string, megabytes: number): Promise<Disk> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'slipway-world', folder])
  const resize = (size: string) => run('mount', ['-o', `remount,size=${size}`, folder])
  return {
    fill: async () => {
      /** Refused where more was written meanwhile. */
      const shrink = async () =>
        resize(String(await usedBytes(folder))).then(
          () => true,
          () => false,
        )
      await until(shrink, { what: `the disk at ${folder} is full` })
    },
    empty: async () => void (await resize(`${megabytes}m`)),
    close: async () => void (await run('umount', ['--lazy', folder])),
  }
}

async function usedBytes(folder: string): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(folder)
  return Math.max(1, blocks - bfree) * bsize
}
