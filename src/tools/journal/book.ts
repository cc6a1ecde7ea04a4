/** What the bot remembers beside the deployments: the last number and the summaries. A cache; the documents are the truth. */
import type { Summary } from '../../ports/journal.ts'
import { type Folders, highestIn, numbersIn, readClosed } from './documents.ts'
import { createStored, type Damaged, readStored } from './stored.ts'

interface BookDocument {
  readonly schema: 1
  readonly last: number
  /** The newest first. */
  readonly summaries: readonly Summary[]
}

export interface Book {
  nextNumber(): Promise<number>
  remember(summary: Summary): Promise<void>
  isClosed(number: number): boolean
  summaries(): readonly Summary[]
}

/** Reads the book and adds what it lacks: everything when it is gone, what was closed last when the process was killed then. */
export async function createBook(path: string, folders: Folders, onDamaged: Damaged): Promise<Book> {
  const found = await readStored(path, isBook, onDamaged)
  const before: BookDocument = found ?? { schema: 1, last: 0, summaries: [] }
  const complete = await completed(before, folders, onDamaged)
  const book = createStored(path, complete)
  if (complete !== before) await book.change((data) => data)
  return {
    async nextNumber() {
      let number = 0
      await book.change((data) => {
        number = data.last + 1
        return { ...data, last: number }
      })
      return number
    },
    remember: (summary) => book.change((data) => withSummaries(data, [summary])),
    isClosed: (number) => book.data().summaries.some((summary) => summary.number === number),
    summaries: () => book.data().summaries,
  }
}

async function completed(book: BookDocument, folders: Folders, onDamaged: Damaged): Promise<BookDocument> {
  const known = new Set(book.summaries.map((summary) => summary.number))
  const missing: Summary[] = []
  for (const number of await numbersIn(folders.closed)) {
    const summary = known.has(number) ? undefined : (await readClosed(folders, number, onDamaged))?.summary
    if (summary) missing.push(summary)
  }
  const last = Math.max(book.last, await highestIn(folders.closed), await highestIn(folders.open))
  if (missing.length === 0 && last === book.last) return book
  return { ...withSummaries(book, missing), last }
}

function withSummaries(book: BookDocument, added: readonly Summary[]): BookDocument {
  const numbers = new Set(added.map((summary) => summary.number))
  const others = book.summaries.filter((summary) => !numbers.has(summary.number))
  return { ...book, summaries: [...added, ...others].sort((a, b) => b.number - a.number) }
}

function isBook(data: unknown): data is BookDocument {
  return (
    typeof data === 'object' &&
    data !== null &&
    'schema' in data &&
    data.schema === 1 &&
    'last' in data &&
    'summaries' in data &&
    Array.isArray(data.summaries)
  )
}
