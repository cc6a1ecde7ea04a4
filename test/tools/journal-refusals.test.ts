/** What was refused is on the disk before it is answered, is never taken out again, and cannot fill the disk. */
import childProcess from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MOST_OF_ONE, type Refusal } from '../../src/release/refusal.ts'
import { readChain } from '../../src/release/refusal-chain.ts'
import { createJournal } from '../../src/tools/journal.ts'
import { person } from '../release/sample.ts'

const execFile = promisify(childProcess.execFile)
const JOURNAL = new URL('../../src/tools/journal.ts', import.meta.url).href

let folder = ''
let file = ''
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'refusals-')), 'data')
  file = join(folder, 'refusals.jsonl')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

const DAY = 24 * 3_600_000
const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  ...{ at: 1_000, actor: person('eve'), place: { platform: 'terminal', channel: 'terminal' }, projects: ['harbour'] },
  ...{ tried: 'deploy 3.1.3', code: 'access.not-granted', what: 'eve may not deploy harbour.' },
  ...more,
})

test('stands in the file when it is told, readable by its owner alone, and still after a restart', async () => {
  const { refusals } = await createJournal(folder)
  await refusals.add(refusal())
  await Promise.all([refusals.add(refusal({ tried: 'lock' })), refusals.add(refusal({ tried: 'approve #1\n#2' }))])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const before = await readFile(file, 'utf8')
  const again = await createJournal(folder)
  expect(again.refusals.read().map(({ tried }) => tried)).toEqual(['deploy 3.1.3', 'lock', 'approve #1\\n#2'])
  await again.refusals.add(refusal({ tried: 'unlock' }))
  const after = await readFile(file, 'utf8')
  expect(after.startsWith(before)).toBe(true)
  expect(readChain(after)).toMatchObject({ refusals: { length: 4 }, faults: [] })
})

/** Adds refusals in a process whose files may have 8 blocks, until that is too little. */
const FILL = `
const { createJournal } = await import(process.argv[1])
const { refusals } = await createJournal(process.argv[2])
for (let n = 0; n < 100; n += 1) await refusals.add({ ...JSON.parse(process.argv[3]), tried: 'x'.repeat(500 + n) })`

test('a disk that is full in the middle of a line leaves no part of it, on which the next one would be written', async () => {
  const node = [process.execPath, '--input-type=module', '--eval', FILL, JOURNAL, folder, JSON.stringify(refusal())]
  const limited = execFile('sh', ['-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'sh', ...node])
  await expect(limited).rejects.toThrow('EFBIG')
  const text = await readFile(file, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  const { refusals } = await createJournal(folder)
  await refusals.add(refusal({ tried: 'unlock' }))
  const { refusals: read, faults } = readChain(await readFile(file, 'utf8'))
  expect(faults).toEqual([])
  expect(read.length).toBeGreaterThan(2)
})

test('a line that was changed, or taken out, shows', async () => {
  const { refusals } = await createJournal(folder)
  for (const tried of ['deploy 1.0.0', 'deploy 2.0.0', 'deploy 3.0.0']) await refusals.add(refusal({ tried }))
  const text = await readFile(file, 'utf8')
  expect(readChain(text.replace('2.0.0', '2.0.1')).faults).toEqual([expect.stringContaining('line 3')])
  expect(readChain(text.replace(/^.*2\.0\.0.*\n/m, '')).faults).toEqual([expect.stringContaining('line 2')])
  expect(readChain(text.replace('{', '')).faults[0]).toContain('line 1')
})

test('one account fills a part of a day, which its last line says, and keeps nobody else from the record', async () => {
  const { refusals } = await createJournal(folder)
  for (let n = 0; n < MOST_OF_ONE + 5; n += 1) await refusals.add(refusal({ at: n }))
  await refusals.add(refusal({ actor: person('mallory') }))
  const again = await createJournal(folder)
  await again.refusals.add(refusal({ at: MOST_OF_ONE }))
  const read = again.refusals.read()
  expect(read).toHaveLength(MOST_OF_ONE + 1)
  expect(read.flatMap(({ last }, index) => (last ? [index + 1] : []))).toEqual([MOST_OF_ONE])
  await again.refusals.add(refusal({ at: 2 * DAY }))
  expect(again.refusals.read()).toHaveLength(MOST_OF_ONE + 2)
})

test('what a killed process had begun to write is taken away, and the record goes on behind it', async () => {
  const { refusals } = await createJournal(folder)
  await refusals.add(refusal())
  await appendFile(file, '{"at":5,"actor":{"plat')
  const again = await createJournal(folder)
  await again.refusals.add(refusal({ tried: 'lock' }))
  expect(readChain(await readFile(file, 'utf8'))).toMatchObject({ refusals: { length: 2 }, faults: [] })
})

test('a command of any length takes a line of a bounded one', async () => {
  const { refusals } = await createJournal(folder)
  await refusals.add(refusal({ tried: `deploy ${'x'.repeat(100_000)}` }))
  expect((await readFile(file, 'utf8')).length).toBeLessThan(1_000)
})

test('a disk that takes nothing rejects, and the next one is written', async () => {
  const { refusals } = await createJournal(folder)
  await writeFile(file, '')
  await rm(file)
  await rm(folder, { recursive: true })
  await expect(refusals.add(refusal())).rejects.toThrow('ENOENT')
  expect(refusals.read()).toEqual([])
})
