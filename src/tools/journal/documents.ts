/** The documents of deployments, and the two folders they lie in. */
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Summary } from '../../ports/journal.ts'
import type { Event } from '../../release/deployment.ts'
import { syncFolder, writeDurably } from '../durable.ts'
import { createStored, type Damaged, readStored, type Stored } from './stored.ts'

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

/** Numbers of the documents in a folder, ascending. */
export async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+\.json$/.test(name))
  return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
}

/** The highest number that was ever used in a folder, also by a document that was set aside; 0 where there is none. */
export async function highestIn(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(/^(\d+)\.json/.exec(name)?.[1] ?? 0))
  return numbers.reduce((a, b) => Math.max(a, b), 0)
}

/** The open deployments. One that had ended when the process did is moved now. */
export async function readOpen(folders: Folders, onDamaged: Damaged): Promise<Map<number, Stored<Document>>> {
  const open = new Map<number, Stored<Document>>()
  for (const number of await numbersIn(folders.open)) {
    const path = join(folders.open, fileOf(number))
    const found = await readStored(path, isDocument, onDamaged)
    if (found?.summary) await moveToClosed(folders, number)
    else if (found) open.set(number, createStored(path, found))
  }
  return open
}

export function readClosed(folders: Folders, number: number, onDamaged: Damaged): Promise<Document | undefined> {
  return readStored(join(folders.closed, fileOf(number)), isDocument, onDamaged)
}

export async function moveToClosed(folders: Folders, number: number): Promise<void> {
  await rename(join(folders.open, fileOf(number)), join(folders.closed, fileOf(number)))
  await syncFolder(folders.closed)
  await syncFolder(folders.open)
}

/** Appends to documents that were closed already: rare and small, so one after the other for all of them. */
export function createLateAppend(folders: Folders, onDamaged: Damaged) {
  let last: Promise<void> = Promise.resolve()
  const append = async (number: number, events: readonly Event[]) => {
    const before = (await readClosed(folders, number, onDamaged)) ?? EMPTY
    const after: Document = { ...before, events: [...before.events, ...events] }
    await writeDurably(join(folders.closed, fileOf(number)), JSON.stringify(after))
  }
  return (number: number, events: readonly Event[]): Promise<void> => {
    const appended = last.then(() => append(number, events))
    last = appended.catch(() => {})
    return appended
  }
}

function isDocument(data: unknown): data is Document {
  return (
    typeof data === 'object' &&
    data !== null &&
    'schema' in data &&
    data.schema === 1 &&
    'events' in data &&
    Array.isArray(data.events)
  )
}
