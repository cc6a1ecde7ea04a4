/** One document on the disk: lowdb with an adapter that survives a power cut, and changes that are on the disk when they are done. */
import { readFile, rename } from 'node:fs/promises'
import { type Adapter, Low } from 'lowdb'
import { writeDurably } from '../durable.ts'

/** Told of a file that was set aside as `NAME.damaged`, and why. */
export type Damaged = (file: string, reason: string) => void

export interface Stored<T> {
  /** As it is on the disk. */
  data(): T
  /** Resolves when the change is on the disk; rejects, and is forgotten, when the disk refuses. Changes come one after another. */
  change(make: (before: T) => T): Promise<void>
}

interface Change<T> {
  readonly make: (before: T) => T
  readonly done: () => void
  readonly refused: (error: unknown) => void
}

/** Nothing is written before the first change. Changes that wait for the disk are written together. */
export function createStored<T>(path: string, initial: T): Stored<T> {
  const low = new Low(durableAdapter<T>(path), initial)
  let onDisk = initial
  let waiting: Change<T>[] = []
  let writing = false

  const writeAll = async () => {
    writing = true
    while (waiting.length > 0) {
      const changes = waiting
      waiting = []
      try {
        low.data = changes.reduce((before, change) => change.make(before), onDisk)
        await low.write()
        onDisk = low.data
        for (const change of changes) change.done()
      } catch (error) {
        for (const change of changes) change.refused(error)
      }
    }
    writing = false
  }

  return {
    data: () => onDisk,
    change: (make) =>
      new Promise((done, refused) => {
        waiting.push({ make, done, refused })
        if (!writing) void writeAll()
      }),
  }
}

/** What a document looks like in this version, and how one of an older schema becomes one. */
export interface Shape<T> {
  readonly schema: number
  isSound(data: unknown): data is T
  /** From the schema of that number to the next one. */
  readonly migrations?: Readonly<Record<number, (data: Readonly<Record<string, unknown>>) => unknown>>
}

/** A document that a newer version has written: this one would lose what it does not know, so it leaves everything as it is. */
export class NewerSchema extends Error {
  constructor(file: string, found: number, known: number) {
    super(`${file} was written by a newer Slipway: it has schema ${found}, and this one knows ${known}`)
  }
}

/**
 * A document, or undefined where there is none, or where it was damaged and has been set aside. An older one is migrated and
 * written so with its next change; a newer one rejects with `NewerSchema`.
 */
export async function readStored<T>(path: string, shape: Shape<T>, onDamaged: Damaged): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const { data: found, reason } = parsed(text)
  const schema = schemaOf(found)
  if (schema > shape.schema) throw new NewerSchema(path, schema, shape.schema)
  const data = migrated(found, schema, shape)
  if (shape.isSound(data)) return data
  await rename(path, `${path}.damaged`)
  onDamaged(`${path}.damaged`, reason)
  return undefined
}

/** NaN where there is none, which is neither older nor newer. */
function schemaOf(data: unknown): number {
  const schema = typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined
  return Number.isInteger(schema) ? Number(schema) : Number.NaN
}

function migrated<T>(data: unknown, from: number, { schema, migrations = {} }: Shape<T>): unknown {
  if (Number.isNaN(from)) return undefined
  let moved = data
  for (let at = from; at < schema; at += 1) {
    const migrate = migrations[at]
    if (migrate === undefined) return undefined
    moved = { ...(migrate(moved as Readonly<Record<string, unknown>>) as object), schema: at + 1 }
  }
  return moved
}

function parsed(text: string): { readonly data?: unknown; readonly reason: string } {
  try {
    return { data: JSON.parse(text), reason: 'It does not have the shape of this version.' }
  } catch (error) {
    return { reason: `It is not JSON: ${String(error)}` }
  }
}

/** lowdb's own adapter syncs nothing, and everyone may read its file. */
function durableAdapter<T>(path: string): Adapter<T> {
  return {
    read: async () => JSON.parse(await readFile(path, 'utf8')) as T,
    write: (data) => writeDurably(path, JSON.stringify(data)),
  }
}
