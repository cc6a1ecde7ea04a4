import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { releaseOf } from '../../../src/release/version.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { isSet, versionIn } from '../../../src/runners/version/texts.ts'
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

test('a file is left as it is only where every place in it names the release', () => {
  const set = { version: '{version}', 'packages..version': '{version}' }
  const text = (top: string, inner: string) => JSON.stringify({ version: top, packages: { '': { version: inner } } })
  const values = { release: releaseOf('3.1.3'), pkgver: '3.1.3', date: '', commit: '' }
  const file = { file: 'package-lock.json', kind: 'json', set } as const
  expect(isSet(file, text('3.1.3', '3.1.3'), values)).toBe(true)
  expect(isSet(file, text('3.1.2', '3.1.3'), values)).toBe(false)
  expect(isSet(file, text('3.1.3', 'workspace:*'), values)).toBe(false)
})

test.each([
  ['1', true],
  ['"001"', true],
  ['2', false],
  ['"1"', false],
])('a file whose build number is %s is left as it is for 001: %s', (build, expected) => {
  const set = { version: '{version}', build_number: '{build}', build_date: '{date}' }
  const text = `{"version": "3.1.3", "build_number": ${build}, "build_date": "some day"}`
  const values = { release: releaseOf('3.1.3', '001'), pkgver: '3.1.3', date: 'today', commit: '' }
  expect(isSet({ file: 'version.json', kind: 'json', set }, text, values)).toBe(expected)
})
