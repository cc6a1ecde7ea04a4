/** What a tarball holds, as one sum that two archives of the same files share however they were made. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'

/** A tarball is somebody else's: what it unpacks to is bounded as well. */
const LARGEST = 8 * 1024 ** 3
const MOST_ENTRIES = 500_000

export async function contents(tarball: string): Promise<string> {
  const lines: string[] = []
  const tar = extract()
  const read = (async () => {
    for await (const entry of tar) {
      const line = await lineOf(entry.header, entry as unknown as AsyncIterable<Buffer>)
      if (line !== undefined && lines.push(line) > MOST_ENTRIES) throw new Error('it has too many entries')
    }
  })()
  const unzipped = (await isGzip(tarball)) ? [createGunzip()] : []
  await Promise.all([read, pipeline([createReadStream(tarball), ...unzipped, bounded(), tar as unknown as Transform])])
  if (lines.length === 0) throw new Error('it holds nothing')
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

/** Folders are where files are; git keeps no empty ones. */
async function lineOf({ name, type, linkname, mode = 0 }: Header, content: AsyncIterable<Buffer>) {
  const sum = createHash('sha256')
  for await (const chunk of content) sum.update(chunk)
  if (type === 'directory') return undefined
  const inside = name.replace(/^(\.\/)*[^/]+\//, '')
  return JSON.stringify([inside, type, linkname ?? null, type === 'file' && (mode & 0o100) !== 0, sum.digest('hex')])
}

function bounded(): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(bytes > LARGEST ? new Error('it unpacks to more than 8 GiB') : null, chunk)
    },
  })
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}
