/** The end of a file, for a message that a whole log would be too long for. */
import { open } from 'node:fs/promises'

/** The last `most` bytes, or all of a shorter file. Rejects where it cannot be read. */
export async function readFileEnd(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const length = Math.min(size, most)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
