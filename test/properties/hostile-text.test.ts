/** What others print can be made to cost: no pattern of the house takes more than moments on a line made for it. */
import { expect, test } from 'vitest'
import { readGitAnswer } from '../../src/release/git-answers.ts'
import { parsePkgbuild } from '../../src/release/pkgbuild.ts'
import { problem } from '../../src/release/problems.ts'
import { releaseOf } from '../../src/release/version.ts'
import { makepkgProblem } from '../../src/runners/aur/makepkg-failure.ts'
import { firstVersion, namesRelease } from '../../src/runners/smoke.ts'
import { makeBench } from '../runners/make-context.ts'

const exit = { code: 1, signal: null, stderr: '', truncated: false, ended: 'itself' } as const

test.each<[string, () => unknown]>([
  ['a remote that repeats the beginning of an error', () => readGitAnswer('No '.repeat(300_000))],
  ['a program that prints digits', () => firstVersion('1'.repeat(300_000))],
  ['a program that prints digits and dots', () => namesRelease('1.'.repeat(300_000), releaseOf('3.1.3', '001'))],
  [
    'a makepkg that repeats the beginning of an error',
    () => {
      const { facts } = makeBench().context(
        { describe: () => ({}), run: async () => ({ ok: true, evidence: {} }) },
        'aur.test-package',
      )
      return makepkgProblem(facts, { ...exit, stdout: 'Integrity checks '.repeat(60_000) })
    },
  ],
  ['a PKGBUILD with an open brace and commas', () => parsePkgbuild(`x=({${'a,'.repeat(100_000)} )\n`)],
  ['a PKGBUILD with an open brace and dots', () => parsePkgbuild(`x=({${'.'.repeat(200_000)} )\n`)],
])('%s does not hold up the bot', (_, read) => {
  const began = performance.now()
  read()
  expect(performance.now() - began).toBeLessThan(2_000)
})

test('a problem keeps of a line that somebody else wrote what a person can read, and says what is missing', () => {
  const [line = ''] = problem('gate.none', { number: 1, status: 'running' }, ['x'.repeat(100_000)]).details
  expect(line.length).toBeLessThan(600)
  expect(line).toContain('99500 more characters')
})

test('of a long answer of a remote both ends are read', () => {
  const noise = 'remote: counting\n'.repeat(5_000)
  expect(readGitAnswer(`${noise}! [rejected] master -> master (fetch first)`)).toBe('moved')
  expect(readGitAnswer(`Host key verification failed.\n${noise}`)).toBe('host-key-unknown')
})
