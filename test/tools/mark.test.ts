import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { markOf } from '../../src/tools/mark.ts'

let folder = ''
let other = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mark-'))
  other = await mkdtemp(join(tmpdir(), 'mark-'))
})
afterAll(() => Promise.all([folder, other].map((each) => rm(each, { recursive: true }))))

test('a data folder keeps its mark, and no other one has it', async () => {
  const mark = await markOf(folder)
  expect(mark).toMatch(/^[\w-]{8}$/)
  expect(await markOf(folder)).toBe(mark)
  expect(await markOf(other)).not.toBe(mark)
})

test('a mark that was half written is made anew', async () => {
  await writeFile(join(folder, 'mark'), 'abc')
  const mark = await markOf(folder)
  expect(mark).toMatch(/^[\w-]{8}$/)
  expect(await markOf(folder)).toBe(mark)
})
