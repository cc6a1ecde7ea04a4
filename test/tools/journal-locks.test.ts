import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NEVER_LOCKED, withLock, withoutLock } from '../../src/release/lock.ts'
import { createJournal } from '../../src/tools/journal.ts'
import { ANA } from '../release/sample.ts'

let folder = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'locks-')), 'data')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const LOCK = { by: ANA, at: 1_000, reason: 'the database moves' }

test('a lock stands after a restart, also when bot.json is gone', async () => {
  const journal = await createJournal(folder)
  expect(journal.locks.read('harbour')).toEqual(NEVER_LOCKED)
  const book = await journal.locks.change('harbour', (before) => withLock(before, 'harbour', LOCK))
  expect(book.lock).toEqual({ id: 'harbour-1', ...LOCK })
  await journal.nextNumber()
  await rm(join(folder, 'bot.json'))
  const again = await createJournal(folder)
  expect(again.locks.read('harbour')).toEqual(book)
  expect(again.locks.read('other')).toEqual(NEVER_LOCKED)
})

test('a lock that was lifted stays lifted, and the next one has another id', async () => {
  const { locks } = await createJournal(folder)
  await locks.change('harbour', (before) => withLock(before, 'harbour', LOCK))
  await locks.change('harbour', (before) => withoutLock(before, 'harbour-1', { by: LOCK.by, at: 5 }))
  const again = await createJournal(folder)
  expect(again.locks.read('harbour').lock).toBeUndefined()
  const book = await again.locks.change('harbour', (before) => withLock(before, 'harbour', LOCK))
  expect(book.lock?.id).toBe('harbour-2')
})

test('of several at the same time one lock stands', async () => {
  const { locks } = await createJournal(folder)
  const set = (reason: string) =>
    locks.change('harbour', (before) => withLock(before, 'harbour', { ...LOCK, reason }, reason))
  const books = await Promise.all(['one', 'two', 'three'].map(set))
  expect(books.map(({ lock }) => lock?.reason)).toEqual(['one', 'one', 'one'])
})

test('a project whose lock cannot be read is locked until somebody has looked', async () => {
  const before = await createJournal(folder)
  await before.locks.change('harbour', (book) => withLock(book, 'harbour', LOCK))
  const file = join(folder, 'locks', 'harbour.json')
  await writeFile(file, '{"schema":1,')
  const damaged: string[] = []
  for (const _ of [1, 2]) {
    const { locks } = await createJournal(folder, { onDamaged: (name) => damaged.push(name) })
    expect(locks.read('harbour').lock?.reason).toContain(`${file}.damaged`)
  }
  expect(damaged).toEqual([`${file}.damaged`])
  expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"schema":1,')
})

test('the file of a lock is for the bot alone', async () => {
  const { locks } = await createJournal(folder)
  await locks.change('harbour', (before) => withLock(before, 'harbour', LOCK))
  expect((await stat(join(folder, 'locks', 'harbour.json'))).mode & 0o777).toBe(0o600)
})
