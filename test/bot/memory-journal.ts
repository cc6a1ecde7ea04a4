/** A journal without a disk. */
import type { Journal } from '../../src/ports/journal.ts'
import type { Event } from '../../src/release/deployment.ts'

/** Keeps its events in the given map, so that a second one can go on where the first one was killed. */
export function memoryJournal(documents = new Map<number, readonly Event[]>()): Journal {
  return {
    nextNumber: async () => documents.size + 1,
    append: async (number, events) => void documents.set(number, [...(documents.get(number) ?? []), ...events]),
    read: async (number) => documents.get(number),
    open: async () => [...documents.keys()].sort((a, b) => a - b),
    close: async () => {},
    history: async () => [],
  }
}
