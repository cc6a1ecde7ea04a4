/**
 * The locks of projects, a document each. They are not in `bot.json`: that one is made again from the deployments, and
 * nothing else could say again that somebody had locked a project.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Locks } from '../../ports/journal.ts'
import { type LockBook, NEVER_LOCKED, withLock } from '../../release/lock.ts'
import { createStored, type Damaged, readStored, type Shape, type Stored } from './stored.ts'

interface LockDocument {
  readonly schema: 1
  readonly book: LockBook
}

/** Reads the locks of a folder, which has to be there. */
export async function createLocks(folder: string, onDamaged: Damaged): Promise<Locks> {
  const documents = new Map<string, Stored<LockDocument>>()
  for (const name of await readdir(folder)) {
    if (name.endsWith('.json'))
      documents.set(basename(name, '.json'), await openDocument(join(folder, name), onDamaged))
  }
  const create = (project: string) => {
    const document = createStored<LockDocument>(join(folder, `${project}.json`), { schema: 1, book: NEVER_LOCKED })
    documents.set(project, document)
    return document
  }
  return {
    read: (project) => documents.get(project)?.data().book ?? NEVER_LOCKED,
    async change(project, make) {
      let after = NEVER_LOCKED
      const document = documents.get(project) ?? create(project)
      await document.change((before) => {
        after = make(before.book)
        return { ...before, book: after }
      })
      return after
    },
  }
}

/** Whether a project whose document cannot be read was locked is not known, so it is locked until a person has looked. */
async function openDocument(path: string, onDamaged: Damaged): Promise<Stored<LockDocument>> {
  const { mtimeMs } = await stat(path)
  const found = await readStored(path, LOCKS, onDamaged)
  if (found !== undefined) return createStored(path, found)
  const count = Math.floor(mtimeMs / 1000)
  const reason = `whether it was locked is not known: its file was damaged and lies in ${path}.damaged`
  const by = { platform: 'terminal', account: 'slipway', name: 'Slipway', groups: [], vouched: false } as const
  const book = withLock({ ...NEVER_LOCKED, count }, basename(path, '.json'), { by, at: mtimeMs, reason })
  const document = createStored<LockDocument>(path, { schema: 1, book })
  await document.change((same) => same)
  return document
}

const LOCKS: Shape<LockDocument> = { schema: 1, isSound: isLockDocument }

function isLockDocument(data: unknown): data is LockDocument {
  return (
    typeof data === 'object' &&
    data !== null &&
    'book' in data &&
    typeof data.book === 'object' &&
    data.book !== null &&
    'refused' in data.book &&
    'count' in data.book
  )
}
