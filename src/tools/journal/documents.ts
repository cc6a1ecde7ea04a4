/** The documents of deployments, and the two folders they lie in. */
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Summary } from '../../ports/journal.ts'
import type { Event } from '../../release/event.ts'
import { syncFolder, writeDurably } from '../durable.ts'
import { createStored, type Damaged, readStored, type Shape, type Stored } from './stored.ts'

/** `summary` is there from the end on, so that the bot's own document can be made again without replaying events. */
export interface Document {
  readonly schema: 1
  readonly events: readonly Event[]
  readonly summary?: Summary
}

export interface Folders {
  readonly open: string
  readonly closed: string
}

export const EMPTY: Document = { schema: 1, events: [] }

export function fileOf(number: number): string {
  return `${number}.json`
}

/** What lies in a folder: numbers of its documents, ascending, and the highest that was ever used there, also by one set aside. */
export async function numbersIn(
  folder: string,
): Promise<{ readonly numbers: readonly number[]; readonly highest: number }> {
  const named = (await readdir(folder)).flatMap((name) => {
    const [, number, more] = /^(\d+)\.json(.*)$/.exec(name) ?? []
    return number === undefined ? [] : [{ number: Number(number), isWhole: more === '' }]
  })
  const numbers = named.flatMap(({ number, isWhole }) => (isWhole ? [number] : []))
  return {
    numbers: numbers.sort((a, b) => a - b),
    highest: named.reduce((max, { number }) => Math.max(max, number), 0),
  }
}

/** The open deployments, and those that had ended when the process did and were not put away. */
export async function readOpen(
  folders: Folders,
  onDamaged: Damaged,
): Promise<{ readonly open: Map<number, Stored<Document>>; readonly ended: readonly Summary[] }> {
  const ended: Summary[] = []
  const open = new Map<number, Stored<Document>>()
  for (const number of (await numbersIn(folders.open)).numbers) {
    const path = join(folders.open, fileOf(number))
    const found = await readStored(path, DOCUMENT, onDamaged)
    if (found?.summary) ended.push(found.summary)
    else if (found) open.set(number, createStored(path, found))
  }
  return { open, ended }
}

export function readClosed(folders: Folders, number: number, onDamaged: Damaged): Promise<Document | undefined> {
  return readStored(join(folders.closed, fileOf(number)), DOCUMENT, onDamaged)
}

export async function moveToClosed(folders: Folders, number: number): Promise<void> {
  await rename(join(folders.open, fileOf(number)), join(folders.closed, fileOf(number)))
  await syncFolder(folders.closed)
  await syncFolder(folders.open)
}

/**
 * Appends to documents that were closed already: rare and small, so one after the other for all of them. `sign` comes first:
 * what was signed and not written is written by the next start, and what was written and not signed would look forged for ever.
 */
export function createLateAppend(
  folders: Folders,
  onDamaged: Damaged,
  sign: (number: number, text: string) => Promise<void>,
) {
  let last: Promise<void> = Promise.resolve()
  const append = async (number: number, events: readonly Event[]) => {
    const before = (await readClosed(folders, number, onDamaged)) ?? EMPTY
    const after: Document = { ...before, events: [...before.events, ...events] }
    const text = JSON.stringify(after)
    await sign(number, text)
    await writeDurably(join(folders.closed, fileOf(number)), text)
  }
  return (number: number, events: readonly Event[]): Promise<void> => {
    const appended = last.then(() => append(number, events))
    last = appended.catch(() => {})
    return appended
  }
}

const DOCUMENT: Shape<Document> = { schema: 1, isSound: isDocument }

function isDocument(data: unknown): data is Document {
  return typeof data === 'object' && data !== null && 'events' in data && Array.isArray(data.events)
}
