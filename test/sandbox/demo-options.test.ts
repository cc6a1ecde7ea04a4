import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attempt, newFolder } from './attempt.ts'

const ROOT = join(import.meta.dirname, '../..')

test.each([
  [['--help'], 0, '--faults'],
  [['--fault', 'constructor'], 1, 'There is no fault "constructor"'],
  [['--fault', 'site-down', '--twice'], 1, 'by itself'],
  [['--nothing'], 1, 'knows these options'],
])('npm run demo -- %j makes no sandbox, and says what there is', async (options, code, words) => {
  const folder = await newFolder()
  const env = { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder }
  const said = await attempt([process.execPath, join(ROOT, 'sandbox/demo.ts'), ...options], { cwd: ROOT, env })
  expect(said.code).toBe(code)
  expect(said.stdout + said.stderr).toContain(words)
  expect((await readdir(folder)).filter((name) => name.startsWith('slipway'))).toEqual([])
  await rm(folder, { recursive: true })
})
