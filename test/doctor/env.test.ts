/** The doctor on a `.env` that others may write or read, as it is started in a folder with one. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { attempt, newFolder } from '../sandbox/attempt.ts'

const PROGRAM = join(import.meta.dirname, '../../src/doctor.ts')

test.each([
  ['that others may write is left out, and nothing that it names is called well', 0o666],
  ['that its group may write is, too', 0o660],
])('a .env %s', async (_, mode) => {
  const { file, said } = await doctorWith('SLIPWAY_DATA=/srv/else\n', mode)
  expect(said).toContain(`BAD   .env: ${file} may be written by `)
  expect(said).toContain(`$ chmod go-w ${file}\n`)
  expect(said).not.toMatch(/^(ok|note) /m)
  expect(said).toContain('1 to fix before a release.')
})

test.each([
  ['that others read, with tokens in it, is worth a note', 'SLACK_BOT_TOKEN=xoxb-1234567890\n', 0o644, true],
  ['that others read, with no token in it, is well', 'SLACK_BOT_TOKEN=\n', 0o644, false],
  ['that its owner alone reads is well', 'SLACK_BOT_TOKEN=xoxb-1234567890\n', 0o600, false],
])('a .env %s', async (_, text, mode, isTold) => {
  const { file, said } = await doctorWith(text, mode)
  expect(said.includes(`note  .env: ${file} can be read by others, and holds SLACK_BOT_TOKEN.`)).toBe(isTold)
  expect(said.includes(`$ chmod 600 ${file}\n`)).toBe(isTold)
  expect(said).not.toContain('xoxb')
})

async function doctorWith(text: string, mode: number) {
  const cwd = await newFolder()
  const file = join(cwd, '.env')
  await writeFile(file, text)
  await chmod(file, mode)
  const env = { PATH: process.env.PATH ?? '', HOME: cwd }
  const { code, stdout, stderr } = await attempt([process.execPath, PROGRAM], { cwd, env })
  expect([code, stderr]).toEqual([1, ''])
  return { file, said: stdout }
}
