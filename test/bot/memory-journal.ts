/** A journal without a disk. */
import type { Journal, Summary } from '../../src/ports/journal.ts'
import type { Event } from '../../src/release/event.ts'
import { type LockBook, NEVER_LOCKED } from '../../src/release/lock.ts'
import { admitted, type Refusal } from '../../src/release/refusal.ts'

/** Keeps what is written in the given maps, so that a second one can go on where the first one was killed. */
export function memoryJournal(
  documents = new Map<number, readonly Event[]>(),
  summaries = new Map<number, Summary>(),
  books = new Map<string, LockBook>(),
): Journal {
  const refused: Refusal[] = []
  let last = Math.max(0, ...documents.keys())
  return {
    locks: {
      read: (project) => books.get(project) ?? NEVER_LOCKED,
      change: async (project, make) => {
        const after = make(books.get(project) ?? NEVER_LOCKED)
        books.set(project, after)
        return after
      },
    },
    refusals: {
      read: () => refused,
      add: async (refusal) => void refused.push(...[admitted(refused, refusal) ?? []].flat()),
    },
    nextNumber: async () => {
      last += 1
      return last
    },
    append: async (number, events) => void documents.set(number, [...(documents.get(number) ?? []), ...events]),
    read: async (number) => documents.get(number),
    open: async () => [...documents.keys()].filter((number) => !summaries.has(number)).sort((a, b) => a - b),
    close: async (number, summary) => void summaries.set(number, summary),
    history: async (limit, project) =>
      [...summaries.values()]
        .filter((summary) => project === undefined || summary.project === project)
        .sort((a, b) => b.number - a.number)
        .slice(0, limit),
  }
}
