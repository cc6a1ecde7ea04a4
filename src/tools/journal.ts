/** Where deployments are written before anything is done: a document for each, and one of the bot that can be made again. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal } from '../ports/journal.ts'
import type { Signer } from '../ports/signer.ts'
import { REFUSALS_FILE } from '../release/refusal-chain.ts'
import { TEMPORARY } from './durable.ts'
import { createBook } from './journal/book.ts'
import { createCheckpoints } from './journal/checkpoints.ts'
import {
  createLateAppend,
  type Document,
  EMPTY,
  type Folders,
  fileOf,
  moveToClosed,
  numbersIn,
  readClosed,
  readOpen,
} from './journal/documents.ts'
import { createLocks } from './journal/locks.ts'
import { openRefusals } from './journal/refusals.ts'
import { createStored, type Damaged, type Stored } from './journal/stored.ts'

export interface JournalOptions {
  /** Told of a file that could not be read and was set aside; the others go on. */
  readonly onDamaged?: Damaged
  /** Signs a checkpoint for every deployment that has ended; without it there are none. */
  readonly signer?: Signer
  /** Told of a checkpoint that could not be signed. */
  readonly onUnsigned?: (number: number, reason: string) => void
}

/**
 * Opens the journal of a data folder: `open/`, `closed/`, `checkpoints/`, `locks/`, `refusals.jsonl` and `bot.json`. At the start only the open deployments are read.
 * One process at a time: two would overwrite each other.
 */
export async function createJournal(dataFolder: string, options: JournalOptions = {}): Promise<Journal> {
  const onDamaged = options.onDamaged ?? (() => {})
  const checkpoints = createCheckpoints(join(dataFolder, 'checkpoints'), options)
  const folders: Folders = { open: join(dataFolder, 'open'), closed: join(dataFolder, 'closed') }
  for (const folder of [
    dataFolder,
    folders.open,
    folders.closed,
    join(dataFolder, 'locks'),
    join(dataFolder, 'checkpoints'),
  ])
    await prepare(folder)
  const { open, ended } = await readOpen(folders, onDamaged)
  const [before, highest] = [await numbersIn(folders.closed), (await numbersIn(folders.open)).highest]
  const found = { closed: before.numbers, highest: Math.max(before.highest, highest), ended }
  const book = await createBook(join(dataFolder, 'bot.json'), folders, found, onDamaged)
  const putAway = async (number: number) => {
    await checkpoints.add(number, await readFile(join(folders.open, fileOf(number)), 'utf8'))
    await moveToClosed(folders, number)
  }
  for (const { number } of ended) await putAway(number)
  const closed = new Set([...found.closed, ...ended.map(({ number }) => number)])
  const locks = await createLocks(join(dataFolder, 'locks'), onDamaged)
  const refusals = await openRefusals(join(dataFolder, REFUSALS_FILE))
  const closing = new Map<number, Promise<void>>()
  const appendLate = createLateAppend(folders, onDamaged, checkpoints.add)

  const create = (number: number): Stored<Document> => {
    const document = createStored(join(folders.open, fileOf(number)), EMPTY)
    open.set(number, document)
    return document
  }
  const close: Journal['close'] = async (number, summary) => {
    await open.get(number)?.change((before) => ({ ...before, summary }))
    await book.remember(summary)
    if (open.has(number)) await putAway(number)
    closed.add(number)
    open.delete(number)
  }

  return {
    locks,
    refusals,
    nextNumber: book.nextNumber,
    /** What is told of a deployment after its end, such as its last message, goes to where it lies then. */
    async append(number, events) {
      if (closing.has(number)) await closing.get(number)
      if (closed.has(number)) return appendLate(number, events)
      const document = open.get(number) ?? create(number)
      await document.change((before) => ({ ...before, events: [...before.events, ...events] }))
    },
    read: async (number) => (open.get(number)?.data() ?? (await readClosed(folders, number, onDamaged)))?.events,
    open: async () => [...open.keys()].sort((a, b) => a - b),
    close(number, summary) {
      const closed = close(number, summary).finally(() => closing.delete(number))
      closing.set(
        number,
        closed.catch(() => {}),
      )
      return closed
    },
    /** With what is just being put away: nobody counts that as open any more. */
    async history(limit, project) {
      await Promise.all(closing.values())
      return book
        .summaries()
        .filter((summary) => project === undefined || summary.project === project)
        .slice(0, limit)
    },
  }
}

/** What a killed process was writing is worth nothing: nobody was told that it is there. */
async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const left = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY))
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })))
}
