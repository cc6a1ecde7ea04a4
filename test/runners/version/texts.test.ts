import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Runner } from '../../../src/runners/step.ts'
import { versionIn } from '../../../src/runners/version/texts.ts'
import { makeBench } from '../make-context.ts'

const nothing: Runner = { describe: () => ({}), run: async () => ({ ok: true, evidence: {} }) }

test.each([
  [
    'a file of the branch is read',
    (path: string) => writeFileSync(path, 'version: 3.1.2+001\n'),
    { text: '3.1.2+001' },
  ],
  [
    'a link is not followed, wherever it leads',
    (path: string, elsewhere: string) => symlinkSync(elsewhere, path),
    { code: 'preflight.version-file-missing' },
  ],
  ['a folder is no version file', (path: string) => mkdirSync(path), { code: 'preflight.version-file-missing' }],
])('%s', async (_, make, expected) => {
  const bench = makeBench()
  const elsewhere = join(bench.folder, 'elsewhere.yaml')
  writeFileSync(elsewhere, 'version: 9.9.9+001\n')
  mkdirSync(bench.folders.clone, { recursive: true })
  make(join(bench.folders.clone, 'pubspec.yaml'), elsewhere)
  const context = bench.context(nothing, 'preflight.version')
  expect(await versionIn(context, { file: 'pubspec.yaml', kind: 'pubspec' })).toMatchObject(expected)
})
