/** A disk of its own for a folder, in memory, that can be full from one moment to the next. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, statfs } from 'node:fs/promises'
import { run } from '../../sandbox/programs.ts'
import { until } from './until.ts'

export interface Disk {
  /** Nothing more fits on it: its size becomes what is used. */
  fill(): Promise<void>
  /** It is as large as before. */
  empty(): Promise<void>
  close(): Promise<void>
}

/** What disks are mounted from: a name that ends with the process that will unmount them. */
const SOURCE = 'slipway-world-'

/** The size is a promise, not memory: only what is written takes some. What was in the folder is hidden until it is closed. */
export async function mountDisk(folder: string, megabytes: number): Promise<Disk> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, `${SOURCE}${process.pid}`, folder])
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

/** Unmounts the disks of processes that were killed before they could. */
export async function unmountLeft(): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '))
  for (const [source = '', folder = ''] of mounts) {
    const isLeft = source.startsWith(SOURCE) && !existsSync(`/proc/${source.slice(SOURCE.length)}`)
    if (isLeft) await run('umount', ['--lazy', unescaped(folder)])
  }
}

/** Blanks stand there in octal (proc_pid_mounts(5)). */
function unescaped(folder: string): string {
  return folder.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

async function usedBytes(folder: string): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(folder)
  return Math.max(1, blocks - bfree) * bsize
}
