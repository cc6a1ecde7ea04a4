/** Output of any length in bounded memory: its beginning and its end are kept, and what is missing between is counted. */

const SMALLEST = 1024

export interface HeadAndTail {
  /** Takes a piece, holds none of it, and returns the part that still belongs to the head. */
  take(chunk: Buffer): Buffer
  /** Whether anything that comes now belongs to the tail. */
  isFull(): boolean
  /** So many bytes come between what was taken and what will be, and are in neither end. */
  leaveOut(bytes: number): void
  /** What came after the head: the last bytes of it, and how many were dropped before them. */
  rest(): { readonly missing: number; readonly tail: Buffer }
}

export function createHeadAndTail(headBytes: number, tailBytes: number): HeadAndTail {
  const tail = createRing(tailBytes)
  let room = headBytes
  let missing = 0
  return {
    take(chunk) {
      const head = chunk.subarray(0, room)
      room -= head.length
      missing += tail.take(chunk.subarray(head.length))
      return head
    },
    isFull: () => room === 0,
    leaveOut(bytes) {
      missing += tail.empty() + bytes
    },
    rest: () => ({ missing, tail: tail.bytes() }),
  }
}

/** A copy of the last bytes that it took, which go round in memory of its own; `take` and `empty` say how many it lost. */
function createRing(size: number) {
  let memory: Buffer | undefined
  /** Where the next byte goes. */
  let at = 0
  let kept = 0
  return {
    take(chunk: Buffer): number {
      if (chunk.length > 0) memory ??= Buffer.allocUnsafeSlow(size)
      const had = kept + chunk.length
      kept = Math.min(size, had)
      const last = chunk.subarray(Math.max(0, chunk.length - size))
      const first = memory === undefined ? 0 : last.copy(memory, at)
      if (memory !== undefined) last.copy(memory, 0, first)
      at = size === 0 ? 0 : (at + last.length) % size
      return had - kept
    },
    empty(): number {
      const had = kept
      kept = 0
      return had
    },
    bytes(): Buffer {
      if (memory === undefined) return Buffer.alloc(0)
      const round = Buffer.concat([memory.subarray(at), memory.subarray(0, at)])
      return round.subarray(size - kept)
    },
  }
}

export interface Kept extends Pick<HeadAndTail, 'isFull' | 'leaveOut'> {
  /** Copies what it keeps. */
  take(chunk: Buffer): void
  /** As UTF-8; where something is missing, a line says how much. */
  text(): { readonly text: string; readonly truncated: boolean }
}

/** Keeps all output up to a number of bytes, and beyond it half of that from each end. */
export function createKept(bytes: number): Kept {
  const headBytes = Math.floor(bytes / 2)
  const sink = createHeadAndTail(headBytes, bytes - headBytes)
  const head = createHead(headBytes)
  return {
    isFull: sink.isFull,
    leaveOut: sink.leaveOut,
    take: (chunk) => head.take(sink.take(chunk)),
    text() {
      const { missing, tail } = sink.rest()
      return { text: Buffer.concat([head.bytes(), gap(missing), tail]).toString('utf8'), truncated: missing > 0 }
    },
  }
}

/** A copy in memory of its own, which grows: a few bytes kept in the pool of small buffers would hold 64 KiB of it each. */
function createHead(most: number) {
  let memory = Buffer.alloc(0)
  let kept = 0
  return {
    take(part: Buffer): void {
      const length = kept + part.length
      if (length > memory.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(most, Math.max(length, 2 * memory.length, SMALLEST)))
        memory.copy(larger, 0, 0, kept)
        memory = larger
      }
      part.copy(memory, kept)
      kept = length
    },
    bytes: () => memory.subarray(0, kept),
  }
}

/** The line that stands in place of what is missing; nothing where nothing is. */
export function gap(missing: number): Buffer {
  return Buffer.from(missing === 0 ? '' : `\n[${missing} bytes left out]\n`)
}
