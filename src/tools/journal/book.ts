/** What the bot remembers beside the deployments: the last number and the summaries. A cache; the documents are the truth. */
import type { Summary } from '../../ports/journal.ts'
import { type Folders, readClosed } from './documents.ts'
import { createStored, type Damaged, readStored, type Shape } from './stored.ts'

interface BookDocument {
  readonly schema: 1
  readonly last: number
  /** The newest first. */
  readonly summaries: readonly Summary[]
}

export interface Book {
  nextNumber(): Promise<number>
  remember(summary: Summary): Promise<void>
  summaries(): readonly Summary[]
}

/** Summaries of a project that are kept at hand: whoever asks for history asks for no more, however many there were. */
const KEPT = 100

/** What lies in the folders at the start. `highest`: the number last used; `ended`: what the last process had not put away yet. */
interface Found {
  readonly closed: readonly number[]
  readonly highest: number
  readonly ended: readonly Summary[]
}

/**
 * Reads the book and adds what it lacks: everything when it is gone, otherwise only what is newer than all it knows, since a
 * summary is written down before its document is put away. So a start takes as long with thousands of deployments as with five.
 */
export async function createBook(path: string, folders: Folders, found: Found, onDamaged: Damaged): Promise<Book> {
  const before = await readStored(path, BOOK, onDamaged)
  const complete = await completed(before ?? { schema: 1, last: 0, summaries: [] }, folders, found, onDamaged)
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
    summaries: () => book.data().summaries,
  }
}

async function completed(
  book: BookDocument,
  folders: Folders,
  { closed, highest, ended }: Found,
  onDamaged: Damaged,
): Promise<BookDocument> {
  const newest = book.summaries[0]?.number ?? 0
  const missing = [...ended]
  for (const number of closed.filter((each) => each > newest)) {
    const summary = (await readClosed(folders, number, onDamaged))?.summary
    if (summary) missing.push(summary)
  }
  const last = Math.max(book.last, highest)
  if (missing.length === 0 && last === book.last) return book
  return { ...withSummaries(book, missing), last }
}

function withSummaries(book: BookDocument, added: readonly Summary[]): BookDocument {
  const numbers = new Set(added.map((summary) => summary.number))
  const others = book.summaries.filter((summary) => !numbers.has(summary.number))
  return { ...book, summaries: newestOf([...added, ...others].sort((a, b) => b.number - a.number)) }
}

/** The newest of each project, in the order they come. */
function newestOf(summaries: readonly Summary[]): readonly Summary[] {
  const counts = new Map<string, number>()
  return summaries.filter(({ project }) => {
    const count = (counts.get(project) ?? 0) + 1
    counts.set(project, count)
    return count <= KEPT
  })
}

const BOOK: Shape<BookDocument> = { schema: 1, isSound: isBook }

function isBook(data: unknown): data is BookDocument {
  return (
    typeof data === 'object' && data !== null && 'last' in data && 'summaries' in data && Array.isArray(data.summaries)
  )
}
