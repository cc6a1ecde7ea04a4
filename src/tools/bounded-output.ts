/** Output of any length in bounded memory: its beginning and its end are kept, and what is missing between is counted. */

export interface HeadAndTail {
  /** Takes a piece and gives back the part of it that still belongs to the head. */
  take(chunk: Buffer): Buffer
  /** Whether anything that comes now belongs to the tail. */
  isFull(): boolean
  /** So many bytes come between what was taken and what will be, and are in neither end. */
  leaveOut(bytes: number): void
  /** What came after the head: the last bytes of it, and how many were dropped before them. */
  rest(): { readonly missing: number; readonly tail: Buffer }
}

export function createHeadAndTail(headBytes: number, tailBytes: number): HeadAndTail {
  let room = headBytes
  let missing = 0
  let kept = 0
  const tail: Buffer[] = []
  const drop = () => {
    for (let first = tail[0]; first && kept - first.length >= tailBytes; first = tail[0]) {
      tail.shift()
      kept -= first.length
      missing += first.length
    }
  }
  return {
    take(chunk) {
      const head = chunk.subarray(0, room)
      room -= head.length
      const after = chunk.subarray(head.length)
      if (after.length > 0) tail.push(after)
      kept += after.length
      drop()
      return head
    },
    isFull: () => room === 0,
    leaveOut(bytes) {
      missing += kept + bytes
      kept = 0
      tail.length = 0
    },
    rest() {
      const bytes = Buffer.concat(tail)
      const cut = Math.max(0, bytes.length - tailBytes)
      return { missing: missing + cut, tail: bytes.subarray(cut) }
    },
  }
}

export interface Kept extends Pick<HeadAndTail, 'isFull' | 'leaveOut'> {
  take(chunk: Buffer): void
  /** As UTF-8; where something is missing, a line says how much. */
  text(): { readonly text: string; readonly truncated: boolean }
}

/** Keeps all output up to a number of bytes, and beyond it half of that from each end. */
export function createKept(bytes: number): Kept {
  const headBytes = Math.floor(bytes / 2)
  const sink = createHeadAndTail(headBytes, bytes - headBytes)
  const head: Buffer[] = []
  return {
    isFull: sink.isFull,
    leaveOut: sink.leaveOut,
    take(chunk) {
      const part = sink.take(chunk)
      if (part.length > 0) head.push(part)
    },
    text() {
      const { missing, tail } = sink.rest()
      return { text: Buffer.concat([...head, gap(missing), tail]).toString('utf8'), truncated: missing > 0 }
    },
  }
}

/** The line that stands in place of what is missing; nothing where nothing is. */
export function gap(missing: number): Buffer {
  return Buffer.from(missing === 0 ? '' : `\n[${missing} bytes left out]\n`)
}
