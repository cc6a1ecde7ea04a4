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
    ['3.1.3~beta', false],
    ['3.1.3 beta', false],
    ['3.1.3+001 RC2', false],
    ['3.1.3  alpha.1', false],
    ['3.1.3 betamax', true],
    ['3.1.3 on beta hardware', true],
    ['openjdk 21.0.1, harbour 3.1.3', true],
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

const asked = { program: 'built', target: 'linux', argv: ['./harbour', '--version'] } as const
const judged = (stdout: string, release: string, previous: string | undefined) => {
  const named = { release: readAs(release), previous: previous === undefined ? undefined : readAs(previous) }
  return judgeSmoke({ ...asked, ...named }, { ...exit, stdout }).problem
}
const readAs = (text: string) => releaseOf(...(text.split('+') as [string, string?]))

test.each([
  ['app 3.1.2 (update available: 3.1.3)', '3.1.3+001', '3.1.2+004', '3.1.2'],
  ['3.1.3 is available, this is v3.1.2.', '3.1.3', '3.1.2', '3.1.2'],
  ['3.1.2+003, soon 3.1.3+001', '3.1.3+001', '3.1.2+004', '3.1.2'],
  ['3.1.3+001, soon 3.1.3+002', '3.1.3+002', '3.1.3+001', '3.1.3+001'],
  ['3.1.3 beta 2', '3.1.3', '3.1.2', '3.1.3 beta'],
  ['3.1.3~rc1', '3.1.3', '3.1.2', '3.1.3~rc1'],
])('%j is not taken for %s after %s: it says %s', (said, release, previous, found) => {
  expect(judged(said, release, previous)).toMatchObject({
    code: 'build.program-version',
    what: expect.stringContaining(`says ${found}, not ${release}`),
  })
})

test.each([
  ['runtime 3.1.1, app 3.1.3', '3.1.3', '3.1.2'],
  ['app 3.1.3, glibc 13.1.2, 3.1.20', '3.1.3', '3.1.2'],
  ['app 3.1.3', '3.1.3+002', '3.1.3+001'],
  ['app 3.1.3, libfoo 3.1.3+0010', '3.1.3+002', '3.1.3+001'],
  ['app 3.1.3', '3.1.3', undefined],
])('%j is taken for %s after %s', (said, release, previous) => {
  expect(judged(said, release, previous)).toBeUndefined()
})

test.each([
  [{ code: 3, stdout: '3.1.3+001' }, 'build.smoke-failed', 'ended with code 3'],
  [{ stdout: 'hello' }, 'build.smoke-silent', 'named none'],
  [{ stdout: '3.1.2+009' }, 'build.program-version', 'says 3.1.2+009, not 3.1.3+001'],
])('%o is told as %s', (end, code, words) => {
  const of = { ...asked, release: releaseOf('3.1.3', '001'), previous: undefined }
  const { problem } = judgeSmoke(of, { ...exit, ...end })
  expect(problem).toMatchObject({ code, what: expect.stringContaining(words) })
})
