/**
 * What a program prints: masked on its way into what is kept of it and into its log. Once both have only room for an end, the
 * rest waits as it came, and what is pushed out of there is dropped without having been looked at: it is shown to nobody.
 */
import type { Masker } from '../release/redact.ts'
import { createKept, type Kept } from './bounded-output.ts'
import { giveBack } from './give-back.ts'
import type { LogFile } from './log-file.ts'

/** stdout or stderr. */
export interface Source {
  /** Takes a piece as the program printed it, for good: nobody else may hold it. Resolves when the next one may come. */
  take(raw: Buffer): Promise<void>
  readonly kept: Kept
}

export interface Output {
  source(): Source
  /** Masks what waits and hands it on. Nothing comes after it. */
  end(): Promise<void>
}

interface Pipe {
  readonly kept: Kept
  masking: ReturnType<Masker['byteStream']>
  /** Bytes that wait. */
  waiting: number
  /** Bytes behind a tear in which the rest of a secret may stand. */
  unsure: number
  torn: boolean
}

/** The last piece of a pipe is read in blocks of 64 KiB. */
const BLOCK = 64 * 1024

export function createOutput(masker: Masker, log: LogFile | undefined, keepBytes: number): Output {
  const pipes: Pipe[] = []
  const waiting: { readonly pipe: Pipe; readonly raw: Buffer }[] = []
  const most = Math.max(keepBytes, log?.tailBytes ?? 0) + 2 * masker.reach + BLOCK
  let written: Promise<void> | undefined

  /** The next piece is read and masked while this one is being written. */
  const show = async ({ kept }: Pipe, bytes: Buffer) => {
    kept.take(bytes)
    await written
    written = Promise.resolve(log?.write(bytes)).then(() => giveBack(bytes))
  }

  const mask = (pipe: Pipe, raw: Buffer) => {
    const bytes = pipe.masking.push(raw)
    giveBack(raw)
    return bytes
  }

  const leaveOut = ({ kept }: Pipe, bytes: number) => {
    kept.leaveOut(bytes)
    log?.leaveOut(bytes)
  }

  const tear = (pipe: Pipe, raw: Buffer) => {
    const held = pipe.torn ? 0 : pipe.masking.end().length
    if (!pipe.torn) Object.assign(pipe, { torn: true, masking: masker.byteStream(), unsure: 2 * masker.reach })
    leaveOut(pipe, held + raw.length)
    giveBack(raw)
  }

  const overflow = async (pipe: Pipe) => {
    const [oldest] = waiting.splice(
      waiting.findIndex((each) => each.pipe === pipe),
      1,
    )
    if (oldest === undefined) return
    pipe.waiting -= oldest.raw.length
    if (pipe.kept.isFull()) tear(pipe, oldest.raw)
    else await show(pipe, mask(pipe, oldest.raw))
  }

  const take = async (pipe: Pipe, raw: Buffer) => {
    const isFull = log?.isFull() ?? pipe.kept.isFull()
    if (!isFull) return show(pipe, mask(pipe, raw))
    waiting.push({ pipe, raw })
    pipe.waiting += raw.length
    while (pipe.waiting > most) await overflow(pipe)
  }

  /** Whether something is the rest of a secret can be told once as much was read as a secret may be long. */
  const settle = async (pipe: Pipe, raw: Buffer) => {
    const { length } = raw
    const bytes = mask(pipe, raw)
    if (pipe.unsure <= 0) return show(pipe, bytes)
    pipe.unsure -= length
    leaveOut(pipe, bytes.length)
  }

  return {
    source() {
      const kept = createKept(keepBytes)
      const pipe: Pipe = { kept, masking: masker.byteStream(), waiting: 0, unsure: 0, torn: false }
      pipes.push(pipe)
      return { kept, take: (raw) => take(pipe, raw) }
    },
    async end() {
      for (const { pipe, raw } of waiting) await settle(pipe, raw)
      for (const pipe of pipes) await show(pipe, pipe.masking.end())
      await written
    },
  }
}
