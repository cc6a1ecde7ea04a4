/** What a program says it is, against the release that it has to be. */
import { describe, expect, test } from 'vitest'
import { releaseOf } from '../../src/release/version.ts'
import { firstVersion, judgeSmoke, namesRelease } from '../../src/runners/smoke.ts'

const exit = { code: 0, signal: null, stdout: '', stderr: '', truncated: false, ended: 'itself' } as const

describe('a program that prints', () => {
  test.each([
    ['harbour 3.1.3', true],
    ['3.1.3+001', true],
    ['v3.1.3.', true],
    ['version=3.1.3-1', true],
    ['{"version":"3.1.3","build_number":"001"}', true],
    ['was 3.1.3+000, is 3.1.3+001', true],
    ['3.1.3+000', false],
    ['3.1.3+0010', false],
    ['13.1.3', false],
    ['3.1.30', false],
    ['13.1.30', false],
    ['3.1.3.1', false],
    ['2.3.1.3', false],
    ['3.1.3-beta.1', false],
    ['3.0.3', false],
    ['', false],
  ])('%j names 3.1.3+001: %s', (text, names) => {
    expect(namesRelease(text, releaseOf('3.1.3', '001'))).toBe(names)
  })

  test('a build number names a release that has none', () => {
    expect(namesRelease('lantern 3.1.3+5', releaseOf('3.1.3'))).toBe(true)
  })
})

test('the version that a program says instead is found', () => {
  expect(firstVersion('harbour v3.1.3-beta.1 (abc)')).toBe('3.1.3-beta.1')
  expect(firstVersion('harbour 3.1.3+000')).toBe('3.1.3+000')
  expect(firstVersion('no version')).toBeUndefined()
})

test.each([
  [{ code: 3, stdout: '3.1.3+001' }, 'build.smoke-failed', 'ended with code 3'],
  [{ stdout: 'hello' }, 'build.smoke-silent', 'named none'],
  [{ stdout: '3.1.2+009' }, 'build.program-version', 'says 3.1.2+009, not 3.1.3+001'],
])('%o is told as %s', (end, code, words) => {
  const asked = { program: 'built', target: 'linux', argv: ['./harbour', '--version'] } as const
  const { problem } = judgeSmoke({ ...asked, release: releaseOf('3.1.3', '001') }, { ...exit, ...end })
  expect(problem).toMatchObject({ code, what: expect.stringContaining(words) })
})
