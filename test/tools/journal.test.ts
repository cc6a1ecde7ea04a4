import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Summary } from '../../src/ports/journal.ts'
import type { Event } from '../../src/release/event.ts'
import { createStored, readStored } from '../../src/tools/journal/stored.ts'
import { createJournal } from '../../src/tools/journal.ts'

let folder = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'journal-')), 'data')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const woken = (at: number): Event => ({ type: 'woken', at, previousDigest: '' })
const summary = (number: number, project = 'product'): Summary => ({
  number,
  project,
  version: `1.0.${number}`,
  kind: 'release',
  status: 'complete',
  requester: 'ana',
  requestedAt: number,
  evidence: { packageSha256: `sum ${number}` },
})

test('numbers count up, also over a restart, and no number is given twice', async () => {
  const journal = await createJournal(folder)
  expect(await Promise.all([journal.nextNumber(), journal.nextNumber(), journal.nextNumber()])).toEqual([1, 2, 3])
  expect(await (await createJournal(folder)).nextNumber()).toBe(4)
})

test('what was appended at the same time is all there, in order, after a restart', async () => {
  const journal = await createJournal(folder)
  const times = Array.from({ length: 50 }, (_, at) => at)
  await Promise.all(times.flatMap((at) => [journal.append(1, [woken(at)]), journal.append(2, [woken(at), woken(at)])]))
  const again = await createJournal(folder)
  expect(await again.open()).toEqual([1, 2])
  expect((await again.read(1))?.map((event) => event.at)).toEqual(times)
  expect((await again.read(2))?.map((event) => event.at)).toEqual(times.flatMap((at) => [at, at]))
  expect(await again.read(3)).toBeUndefined()
})

test('an append that resolved is on the disk', async () => {
  const journal = await createJournal(folder)
  await journal.append(1, [woken(1)])
  expect(JSON.parse(await readFile(join(folder, 'open', '1.json'), 'utf8'))).toEqual({ schema: 1, events: [woken(1)] })
})

test('an ended deployment is closed, found in the history and read where it lies', async () => {
  const journal = await createJournal(folder)
  for (const number of [1, 2, 3]) await journal.append(number, [woken(number)])
  await journal.close(1, summary(1))
  await journal.close(3, summary(3, 'other'))
  for (const each of [journal, await createJournal(folder)]) {
    expect(await each.open()).toEqual([2])
    expect(await each.history(10)).toEqual([summary(3, 'other'), summary(1)])
    expect(await each.history(10, 'product')).toEqual([summary(1)])
    expect(await each.history(1)).toEqual([summary(3, 'other')])
    expect(await each.read(1)).toEqual([woken(1)])
  }
})

test('what is just being closed is part of the history at once: nobody counts it as open any more', async () => {
  const journal = await createJournal(folder)
  await journal.append(1, [woken(1)])
  const closing = journal.close(1, summary(1))
  expect(await journal.history(10)).toEqual([summary(1)])
  await closing
})

test('what is told of a deployment while or after it closes goes with it', async () => {
  const journal = await createJournal(folder)
  await journal.append(1, [woken(1)])
  const told = [journal.append(1, [woken(2)])]
  let isClosed = false
  const closed = journal.close(1, summary(1)).finally(() => {
    isClosed = true
  })
  while (!isClosed && told.length < 20) {
    told.push(journal.append(1, [woken(told.length + 2)]))
    await sleep(1)
  }
  await Promise.all([closed, ...told])
  await Promise.all([journal.append(1, [woken(told.length + 2)]), journal.append(1, [woken(told.length + 3)])])
  const times = (await journal.read(1))?.map((event) => event.at)
  expect(times).toEqual(Array.from({ length: told.length + 3 }, (_, at) => at + 1))
  expect(await readdir(join(folder, 'open'))).toEqual([])
})

test('folders and files are for the bot alone', async () => {
  const journal = await createJournal(folder)
  await journal.append(await journal.nextNumber(), [woken(1)])
  const modes = { '': 0o700, open: 0o700, closed: 0o700, 'open/1.json': 0o600, 'bot.json': 0o600 }
  for (const [name, mode] of Object.entries(modes))
    expect((await stat(join(folder, name))).mode & 0o777, name).toBe(mode)
})

describe('a damaged file', () => {
  const TEXTS = [
    ['cut off', '{"schema":1,"eve'],
    ['empty', ''],
    ['of an unknown shape', '{"schema":1,"words":[]}'],
    ['without a schema', '{"events":[]}'],
    ['of a schema that never was', '{"schema":0,"events":[]}'],
  ] as const
  test.each(TEXTS)('of an open deployment, %s, is set aside and named, and the others go on', async (_, text) => {
    const before = await createJournal(folder)
    for (const number of [1, 2]) await before.append(number, [woken(number)])
    await writeFile(join(folder, 'open', '2.json'), text)
    const named: string[] = []
    const journal = await createJournal(folder, { onDamaged: (file) => named.push(file) })
    expect(named).toEqual([join(folder, 'open', '2.json.damaged')])
    expect(await journal.open()).toEqual([1])
    expect(await readFile(join(folder, 'open', '2.json.damaged'), 'utf8')).toBe(text)
    expect(await journal.nextNumber()).toBe(3)
  })

  test('of the bot is made again from the closed deployments', async () => {
    const before = await createJournal(folder)
    for (const number of [1, 2]) {
      await before.append(await before.nextNumber(), [woken(number)])
      await before.close(number, summary(number))
    }
    await writeFile(join(folder, 'bot.json'), '{')
    const named: string[] = []
    const journal = await createJournal(folder, { onDamaged: (file) => named.push(file) })
    expect(named).toEqual([join(folder, 'bot.json.damaged')])
    expect(await journal.history(5)).toEqual([summary(2), summary(1)])
    expect(await journal.nextNumber()).toBe(3)
  })
})

describe('a document of another version', () => {
  const FILES = [
    ['a deployment', 'open/2.json', '{"schema":2,"events":[]}'],
    ['the bot', 'bot.json', '{"schema":2,"last":7,"summaries":[]}'],
    ['a lock', 'locks/product.json', '{"schema":2,"book":{"count":0,"refused":[]}}'],
  ] as const
  test.each(FILES)('newer, of %s, is refused and stays as it is', async (_, name, text) => {
    await createJournal(folder)
    await writeFile(join(folder, name), text)
    await expect(createJournal(folder)).rejects.toThrow(
      `${join(folder, name)} was written by a newer Slipway: it has schema 2, and this one knows 1`,
    )
    expect(await readFile(join(folder, name), 'utf8')).toBe(text)
  })

  test('older is migrated, and written so with its next change', async () => {
    await mkdir(folder, { recursive: true })
    const path = join(folder, 'old.json')
    await writeFile(path, '{"schema":1,"word":"one"}')
    const shape = {
      schema: 3,
      isSound: (data: unknown): data is { schema: number; words: string } =>
        typeof data === 'object' && data !== null && 'words' in data,
      migrations: {
        1: ({ word }: Readonly<Record<string, unknown>>) => ({ list: [word] }),
        2: ({ list }: Readonly<Record<string, unknown>>) => ({ words: String(list) }),
      },
    }
    const found = await readStored(path, shape, () => {})
    expect(found).toEqual({ schema: 3, words: 'one' })
    if (found !== undefined) await createStored(path, found).change((data) => data)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ schema: 3, words: 'one' })
  })
})

test('many closed deployments leave a hundred of each project at hand, and none is lost', async () => {
  const before = await createJournal(folder)
  for (let number = 1; number <= 150; number++) {
    await before.append(number, [woken(number)])
    await before.close(number, summary(number, number === 3 ? 'rare' : 'product'))
  }
  const after = await createJournal(folder)
  for (const each of [before, after]) {
    expect((await each.history(1000)).map(({ number }) => number)).toEqual([
      ...Array.from({ length: 100 }, (_, n) => 150 - n),
      3,
    ])
    await each.append(7, [woken(8)])
    expect((await each.read(7))?.map(({ at }) => at)).toContain(8)
    expect(await each.open()).toEqual([])
  }
})

test('a deployment that ended just before a crash is closed at the next start', async () => {
  await createJournal(folder)
  const document = { schema: 1, events: [woken(1)], summary: summary(7) }
  await writeFile(join(folder, 'open', '7.json'), JSON.stringify(document))
  await writeFile(join(folder, 'open', '8.json.abcdef.part'), '{"sch')
  const journal = await createJournal(folder)
  expect(await journal.open()).toEqual([])
  expect(await journal.history(5)).toEqual([summary(7)])
  expect(await readdir(join(folder, 'open'))).toEqual([])
})

test('a disk that refuses makes the append fail, and later ones work again', async () => {
  const journal = await createJournal(folder)
  await journal.append(1, [woken(1)])
  await rm(join(folder, 'open'), { recursive: true })
  await writeFile(join(folder, 'open'), 'not a folder')
  await expect(journal.append(1, [woken(2)])).rejects.toThrow()
  await rm(join(folder, 'open'))
  await mkdir(join(folder, 'open'))
  await journal.append(1, [woken(3)])
  expect((await journal.read(1))?.map((event) => event.at)).toEqual([1, 3])
})

test('a start does not read what is closed', async () => {
  const before = await createJournal(folder)
  await before.append(1, [woken(1)])
  await before.close(1, summary(1))
  await writeFile(join(folder, 'closed', '1.json'), 'nobody looks here')
  const named: string[] = []
  const journal = await createJournal(folder, { onDamaged: (file) => named.push(file) })
  expect(await journal.history(5)).toEqual([summary(1)])
  expect(named).toEqual([])
})

test('killing the writer at any moment loses nothing it was told is written, and damages nothing', async () => {
  const script = `
    import { createJournal } from ${JSON.stringify(new URL('../../src/tools/journal.ts', import.meta.url).href)}
    const journal = await createJournal(${JSON.stringify(folder)})
    for (let at = (await journal.read(1))?.length ?? 0; ; at++) {
      await journal.append(1, [{ type: 'woken', at, previousDigest: '' }])
      process.stdout.write(at + '\\n')
    }`
  for (let round = 0; round < 5; round++) {
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    for await (const chunk of writer.stdout) {
      said += String(chunk)
      if (said.split('\n').length > 10 + round * 7) writer.kill('SIGKILL')
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
    const damaged: string[] = []
    const journal = await createJournal(folder, { onDamaged: (file) => damaged.push(file) })
    const times = (await journal.read(1))?.map((event) => event.at) ?? []
    expect(damaged).toEqual([])
    expect(times).toEqual(times.map((_, at) => at))
    expect(times.length).toBeGreaterThan(Number(said.trim().split('\n').at(-1)))
    expect((await readdir(join(folder, 'open'))).length).toBe(1)
  }
})
