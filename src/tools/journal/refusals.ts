/** The record of refusals: one file that is only ever appended to, a line of JSON each, which names the digest of the line before. */
import { open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Refusals } from '../../ports/journal.ts'
import { admitted, MOST_OF_ALL, type Refusal } from '../../release/refusal.ts'
import { chainedLine, readChain } from '../../release/refusal-chain.ts'
import { syncFolder } from '../durable.ts'

/** Opens the record; the newest that it holds decide what is still written down today. */
export async function openRefusals(path: string): Promise<Refusals> {
  const text = await wholeLines(path)
  let recent: readonly Refusal[] = readChain(text).refusals.slice(-MOST_OF_ALL)
  let before = text.split('\n').at(-2) ?? ''
  let last: Promise<void> = Promise.resolve()

  const write = async (refusal: Refusal) => {
    const kept = admitted(recent, refusal)
    if (kept === undefined) return
    const line = chainedLine(kept, before)
    await appendDurably(path, `${line}\n`)
    before = line
    recent = [...recent, kept].slice(-MOST_OF_ALL)
  }
  return {
    read: () => recent,
    add(refusal) {
      const written = last.then(() => write(refusal))
      last = written.catch(() => {})
      return written
    },
  }
}

/** What a killed process had begun to write is taken away: nobody was answered yet. */
async function wholeLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) await truncate(path, Buffer.byteLength(whole))
  return whole
}

/** Whole or not at all: on half a line of a full disk the next one would be written. */
async function appendDurably(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600)
  const { size } = await file.stat()
  try {
    await file.appendFile(line)
    await file.sync()
    if (size === 0) await syncFolder(dirname(path))
  } catch (error) {
    await file.truncate(size)
    throw error
  } finally {
    await file.close()
  }
}
