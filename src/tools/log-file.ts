/** A step's log on the disk: appended, readable by the bot alone, bounded by leaving out its middle. */
import { type FileHandle, open } from 'node:fs/promises'
import { createHeadAndTail, gap, type HeadAndTail } from './bounded-output.ts'
import { inItsFolder } from './durable.ts'

export interface LogFile extends Pick<HeadAndTail, 'isFull' | 'leaveOut'> {
  /** How much of the end it keeps. */
  readonly tailBytes: number
  /** Never rejects: a full disk must not end what runs. `close` tells of it. */
  write(chunk: Buffer): Promise<void>
  /** Writes what was kept of the end. The message where the disk refused something. */
  close(): Promise<string | undefined>
}

/** What a log may hold where nothing else is set. */
export const LOG_BYTES = 64 * 1024 * 1024

/** The end is kept in memory until the log is closed, once its beginning has filled what it may. */
const TAIL_BYTES = 1024 * 1024

/** Opens a log, making it and the folders above, for output up to `limitBytes` with what it holds already. */
export async function openLog(path: string, limitBytes: number): Promise<LogFile> {
  const file = await inItsFolder(path, () => open(path, 'a', 0o600))
  const tailBytes = Math.min(TAIL_BYTES, Math.floor(limitBytes / 4))
  const sink = createHeadAndTail(Math.max(0, limitBytes - tailBytes - (await file.stat()).size), tailBytes)
  const write = writer(file)
  return {
    tailBytes,
    isFull: sink.isFull,
    leaveOut: sink.leaveOut,
    write: (chunk) => write.append(sink.take(chunk)),
    async close() {
      const { missing, tail } = sink.rest()
      await write.append(Buffer.concat([gap(missing), tail]))
      await file.close()
      return write.refused()
    },
  }
}

/** stdout and stderr share a log, so their pieces take turns. */
function writer(file: FileHandle) {
  let last: Promise<void> = Promise.resolve()
  let refused: string | undefined
  return {
    append(chunk: Buffer): Promise<void> {
      if (chunk.length === 0 || refused !== undefined) return last
      last = last
        .then(() => file.appendFile(chunk))
        .catch((error: Error) => {
          refused ??= error.message
        })
      return last
    },
    refused: () => refused,
  }
}
