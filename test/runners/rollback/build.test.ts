/** What was built is cleaned away, and the package before is looked for. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { build } from '../../../src/runners/rollback/build.ts'
import { makeBench } from '../make-context.ts'
import { writeFiles } from '../product.ts'

const BEFORE = { version: '3.1.2', build: '001', full: '3.1.2+001' }
const sum = createHash('sha256').update('before').digest('hex')

it.each([
  [
    'is named where it is whole',
    { 'harbour-3.1.2+001.tar.gz': 'before', 'harbour-3.1.2+001.tar.gz.sha256': sum },
    'kept: ',
  ],
  [
    'is missed where it is damaged',
    { 'harbour-3.1.2+001.tar.gz': 'x', 'harbour-3.1.2+001.tar.gz.sha256': sum },
    'not among',
  ],
  ['is missed where it is gone', {}, 'not among'],
])('the package before %s, and this build alone is removed', async (_, files, note) => {
  const bench = makeBench({ previous: { release: BEFORE } })
  const before = join(dirname(bench.folders.builds), '41/package')
  writeFiles(before, { ...files, other: 'stays' })
  const outcome = await build.run(bench.context(build, 'rollback.build'))
  expect(outcome).toMatchObject({ ok: true, notes: [expect.stringContaining(note)] })
  expect(existsSync(bench.folders.builds)).toBe(false)
  expect(existsSync(join(before, 'other'))).toBe(true)
})
