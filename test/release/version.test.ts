/** Versions, targets and package versions, as people type them and as pacman compares them. */
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { nextPkgrel, toPkgver, vercmp } from '../../src/release/pkgver.ts'
import { isProblem } from '../../src/release/problems.ts'
import { choices, isReleased, resolveTarget, type TargetContext } from '../../src/release/target.ts'
import { nextAddressed } from '../../src/release/version/next-address.ts'
import {
  compareReleases,
  fillTemplate,
  nextBuild,
  parseRelease,
  type Release,
  readTemplate,
  releaseOf,
} from '../../src/release/version.ts'
import { project } from './sample.ts'

const at = (full: string): Release => {
  const release = parseRelease(full, { withBuild: true })
  if (isProblem(release)) throw new Error(release.what)
  return release
}
const context = (released: string | undefined, more: Partial<TargetContext> = {}): TargetContext => ({
  ...(released === undefined ? {} : { released: at(released) }),
  hasBuild: true,
  buildAmbiguous: [],
  ...more,
})

it.each([
  ['3.1.3+001', 'a-{full}', '3.1.3+002'],
  ['3.1.3+099', 'a-{version}-{build}', '3.1.3+100'],
  ['3.1.3+001', 'a-{version}', '3.1.4'],
  ['3.1.3', 'a-{full}', '3.1.4'],
  ['3.1.3-beta.1', 'a-{full}', '3.1.3'],
])('where the address of %s at %s is taken, %s has one of its own', (full, url, expected) => {
  const build = { ...project.build, publish: { kind: 'directory', directory: '/d', url } as const }
  expect(nextAddressed({ ...project, build }, at(full))).toBe(expected)
})

describe('a target that can be deployed', () => {
  it.each([
    ['3.1.4', '3.1.3+001', '3.1.4+001'],
    ['v3.1.4', '3.1.3+001', '3.1.4+001'],
    ['3.1.4+007', '3.1.3+001', '3.1.4+007'],
    ['3.1.3+002', '3.1.3+001', '3.1.3+002'],
    ['3.2.0-beta.1', '3.1.3+001', '3.2.0-beta.1+001'],
    ['patch', '3.1.3+001', '3.1.4+001'],
    ['Minor', '3.1.3+001', '3.2.0+001'],
    ['major', '3.1.3+001', '4.0.0+001'],
    ['patch', '3.2.0-beta.1+004', '3.2.0+001'],
    ['build', '3.1.3+001', '3.1.3+002'],
    ['build', '3.1.3+008', '3.1.3+009'],
    ['build', '3.1.3+009', '3.1.3+010'],
    ['build', '3.1.3+099', '3.1.3+100'],
    ['build', '3.1.3+999', '3.1.3+1000'],
    ['build', '3.1.3+202501171200', '3.1.3+202501171201'],
    ['patch', '3.1.3+0009', '3.1.4+0001'],
    ['build', '3.1.3', '3.1.3+001'],
    ['1.0.0', undefined, '1.0.0+001'],
  ])('%s after %s is %s', (target, released, full) => {
    expect(resolveTarget(target, context(released))).toMatchObject({ full })
  })

  it('has no build number where the project has none', () => {
    expect(resolveTarget('minor', context('3.1.3', { hasBuild: false }))).toEqual({ version: '3.2.0', full: '3.2.0' })
  })

  it.each([
    ['3.1.4', '3.1.4+001'],
    ['patch', '3.1.4+001'],
    ['3.1.4+1', '3.1.4+001'],
    ['build', '3.1.3+002'],
    ['3.1.4+002', '3.1.4+002'],
  ])('%s is started again under its full version when it was never released', (target, full) => {
    const started = [at('3.1.4+001'), at('3.1.3+002')]
    expect(resolveTarget(target, context('3.1.3+001', { started }))).toMatchObject({ full })
  })

  const ambiguous = { buildAmbiguous: ['tag v{version}'] }
  const plain = { hasBuild: false }
  it.each([
    ['3.1.3', {}, '3.1.3+003'],
    ['patch', {}, '3.1.3+003'],
    ['3.1.3', { started: [at('3.1.3+001'), at('3.1.3+002')] }, '3.1.3+003'],
    ['3.1.3', { started: [at('3.1.3+004')] }, '3.1.3+004'],
    ['3.1.3+003', {}, '3.1.3+003'],
    ['3.1.4', {}, '3.1.4+001'],
    ['build', { released: at('3.1.3+001') }, '3.1.3+003'],
    ['3.1.4', ambiguous, '3.1.4+001'],
    ['patch', ambiguous, '3.1.4+001'],
    ['patch', { ...plain, spent: [at('3.1.3'), at('3.1.4')] }, '3.1.5'],
    ['minor', { ...plain, spent: [at('3.2.0')] }, '3.2.1'],
    ['major', plain, '4.0.0'],
  ])('%s with %j after 3.1.3+002 was published and rolled back is %s', (target, more, full) => {
    const spent = [at('3.1.3+002'), at('3.1.3+001')]
    expect(resolveTarget(target, context('3.1.2+001', { spent, ...more }))).toMatchObject({ full })
  })

  it('is offered with the numbers that each choice would give', () => {
    const offered = choices(context('3.1.3+009')).map(({ target, release }) => `${target} ${release.full}`)
    expect(offered).toEqual(['patch 3.1.4+001', 'minor 3.2.0+001', 'major 4.0.0+001', 'build 3.1.3+010'])
    expect(choices(context('3.1.3', { hasBuild: false })).map(({ target }) => target)).not.toContain('build')
    expect(choices(context(undefined))).toEqual([])
  })
})

describe('a target that is refused', () => {
  it.each([
    ['', 'request.version-missing', 'deploy 3.1.4'],
    ['3.1.2', 'request.version-lower', 'rollback 3.1.2'],
    ['2.9.9+004', 'request.version-lower', 'rollback 2.9.9+004'],
    ['3.1.3+001', 'request.version-lower', 'rollback 3.1.3+001'],
    ['3.1.3-beta.1', 'request.version-lower', 'rollback 3.1.3-beta.1'],
    ['3.1.3', 'request.version-released', 'deploy build'],
    ['3.1.3+002', 'request.version-released', 'deploy build'],
    ['3.1.3+2', 'request.version-released', 'deploy build'],
    ['3.1', 'request.version-incomplete', 'deploy 3.1.4'],
    ['3.2', 'request.version-incomplete', 'deploy 3.2.0'],
    ['4', 'request.version-incomplete', 'deploy 4.0.0'],
    ['3.1.4.1', 'request.version-four-numbers', 'deploy 3.1.4'],
    ['3.01.4', 'request.version-leading-zero', 'deploy 3.1.4'],
    ['v03.2.0', 'request.version-leading-zero', 'deploy 3.2.0'],
    ['3.2.0-beta.01', 'request.version-leading-zero', 'deploy 3.2.0-beta.1'],
    [' 3.1.5', 'request.version-spaces', 'deploy 3.1.5'],
    ['3.1. 5', 'request.version-spaces', 'deploy 3.1.5'],
    ['3.1\u200b.5', 'request.version-spaces', 'deploy 3.1.5'],
    ['３.１.５', 'request.version-digits', 'deploy 3.1.5'],
    ['٣.١.٥', 'request.version-digits', 'deploy 3.1.4'],
    ['3.2.0+', 'request.version-build', 'deploy 3.2.0'],
    ['3.2.0+beta', 'request.version-build', 'deploy 3.2.0'],
    ['latest', 'request.not-a-version', 'deploy 3.1.4'],
    ['3.1.x', 'request.not-a-version', 'deploy 3.1.4'],
    ['-1.0.0', 'request.not-a-version', 'deploy 3.1.4'],
    ['99999999999999999999.0.0', 'request.version-number-too-large', 'deploy 3.1.4'],
    ['9'.repeat(1_000_000), 'request.version-too-long', 'deploy 3.1.4'],
  ])('%j gets %s and the command %s', (target, code, copy) => {
    expect(resolveTarget(target, context('3.1.3+002'))).toMatchObject({ code, copy })
  })

  it('is never shown longer than a line or with invisible characters', () => {
    const refused = resolveTarget(`deploy\u202e${'x'.repeat(60)}`, context('3.1.3+001'))
    expect(isProblem(refused) && refused.what).toMatch(/^"deploy\\u202ex+\.\.\." /)
  })

  it('names the names that could not tell two builds apart', () => {
    const ambiguous = context('3.1.3+001', { buildAmbiguous: ['tag v{version}'], started: [at('3.1.4+001')] })
    for (const target of ['build', '3.1.3+002', '3.1.4+002']) {
      const refused = resolveTarget(target, ambiguous)
      expect(refused).toMatchObject({ code: 'request.version-build-ambiguous', copy: 'deploy patch' })
      expect(isProblem(refused) && refused.what).toContain('tag v{version}')
    }
    expect(resolveTarget('3.1.3', ambiguous)).toMatchObject({ copy: 'deploy patch' })
    expect(resolveTarget('patch', ambiguous)).toMatchObject({ full: '3.1.4+001' })
  })

  const spent = [at('3.1.3+001')]
  it.each([
    ['3.1.3+001', {}, 'request.version-spent', 'deploy 3.1.3+002'],
    ['3.1.3+1', {}, 'request.version-spent', 'deploy 3.1.3+002'],
    ['3.1.3+001', { spent: [...spent, at('3.1.3+009')] }, 'request.version-spent', 'deploy 3.1.3+010'],
    ['3.1.3', { buildAmbiguous: ['tag v{version}'] }, 'request.version-spent', 'deploy 3.1.4'],
    ['3.1.3+001', { buildAmbiguous: ['tag v{version}'] }, 'request.version-spent', 'deploy 3.1.4'],
    ['3.1.3+002', { buildAmbiguous: ['tag v{version}'] }, 'request.version-build-ambiguous', 'deploy patch'],
    ['3.1.3', { hasBuild: false, spent: [at('3.1.3'), at('3.1.4')] }, 'request.version-spent', 'deploy 3.1.5'],
    ['3.1', { hasBuild: false, spent: [at('3.1.3')] }, 'request.version-incomplete', 'deploy 3.1.4'],
  ])('%s with %j is not published again with other bytes: %s, %s', (target, more, code, copy) => {
    expect(resolveTarget(target, context('3.1.2+001', { spent, ...more }))).toMatchObject({ code, copy })
  })

  it.each([
    ['build', context('3.1.3', { hasBuild: false }), 'request.version-no-builds', 'deploy patch'],
    ['3.1.4+001', context('3.1.3', { hasBuild: false }), 'request.version-without-build', 'deploy 3.1.4'],
    ['patch', context(undefined), 'request.version-nothing-released', 'deploy 1.0.0'],
    ['nonsense', context(undefined), 'request.not-a-version', 'deploy 1.0.0'],
    ['major', context('9007199254740991.0.0'), 'request.version-too-high', 'deploy 9007199254740991.0.1'],
  ] as const)('%s gets its own refusal where it cannot count up', (target, given, code, copy) => {
    expect(resolveTarget(target, given)).toMatchObject({ code, copy })
  })
})

describe('releases', () => {
  it('are ordered as semver orders them, then by build number whatever its width', () => {
    const order = ['3.1.3-beta.1', '3.1.3', '3.1.3+1', '3.1.3+002', '3.1.3+10', '3.1.3+100', '3.1.4+001']
    const shuffled = [...order].reverse().map(at)
    expect(shuffled.sort(compareReleases).map(({ full }) => full)).toEqual(order)
    expect(compareReleases(at('3.1.3+1'), at('3.1.3+001'))).toBe(0)
  })

  it('count as released when verified or tagged, never when only named in git', () => {
    const known = { verified: [at('3.1.2+001')], tagged: [at('3.1.3+001')] }
    const asked = ['3.1.2+001', '3.1.3+001', '3.1.4+001'].map((full) => isReleased(at(full), known))
    expect(asked).toEqual([true, true, false])
  })

  it('count build numbers on at any length', () => {
    expect(nextBuild('9'.repeat(60))).toBe(`1${'0'.repeat(60)}`)
  })

  it('fill templates, and are read back from what was filled', () => {
    const release = at('3.1.3+001')
    expect(fillTemplate('{full} {version}-{build} {date} {other}', release, { date: '{version}' })).toBe(
      '3.1.3+001 3.1.3-001 {version} {other}',
    )
    for (const template of ['v{full}', 'app-{version}-{build}.tar.gz', '{version}/{build}/{version}']) {
      expect(readTemplate(template, fillTemplate(template, release))).toEqual(release)
    }
    expect(readTemplate('v{version}', 'v3.2.0-rc.1')).toEqual(releaseOf('3.2.0-rc.1'))
    expect(readTemplate('v{full}', 'nightly-3.1.3')).toBeUndefined()
    expect(readTemplate('{version}/{version}', '3.1.3/3.1.4')).toBeUndefined()
  })
})

describe('package versions', () => {
  it.each([
    ['3.1.3+001', '3.1.3'],
    ['3.2.0-beta+001', '3.2.0beta'],
    ['3.2.0-rc.12', '3.2.0rc.12'],
  ])('%s becomes %s', (full, pkgver) => {
    expect(toPkgver(at(full))).toBe(pkgver)
  })

  it.each([
    ['3.2.0-1', 'request.prerelease-number-first', 'deploy 3.2.0-beta.1'],
    ['3.2.0-beta2', 'request.prerelease-mixed', 'deploy 3.2.0-beta.2'],
    ['3.2.0-pre-release', 'request.prerelease-mixed', 'deploy 3.2.0-pre.1'],
    ['3.2.0-alpha.beta', 'request.prerelease-words', 'deploy 3.2.0-alpha.1'],
  ])('%s is refused, because pacman orders it otherwise', (full, code, copy) => {
    expect(toPkgver(at(full))).toMatchObject({ code, copy })
  })

  it('get pkgrel 1, or one more where the same pkgver is published', () => {
    expect(nextPkgrel('3.1.4', undefined)).toBe('1')
    expect(nextPkgrel('3.1.4', { pkgver: '3.1.3', pkgrel: '7' })).toBe('1')
    expect(nextPkgrel('3.1.3', { pkgver: '3.1.3', pkgrel: '9' })).toBe('10')
    expect(nextPkgrel('3.1.3', { pkgver: '3.1.3', pkgrel: '1.2' })).toBe('2')
  })
})

const ORDERED: readonly (readonly [string, string, -1 | 0 | 1])[] = [
  ['3.1.3', '3.1.3', 0],
  ['3.1.3', '3.1.10', -1],
  ['3.2.0beta', '3.2.0', -1],
  ['3.2.0beta.1', '3.2.0', -1],
  ['3.2.0alpha.2', '3.2.0beta', -1],
  ['3.2.0beta', '3.2.0beta.1', -1],
  ['3.2.0beta.9', '3.2.0beta.10', -1],
  ['3.2.01', '3.2.0', 1],
  ['1.0.a', '1.0', 1],
  ['1.0.', '1.0', 1],
  ['1..0', '1.0', 1],
  ['_', '0', -1],
  ['1.a', '1.1', -1],
  ['1.001', '1.1', 0],
  ['1:1.0', '2.0', 1],
  ['0:1.0', '1.0', 0],
  [':1.0', '1.0', 0],
  ['3.1.3-1', '3.1.3-2', -1],
  ['3.1.3-1', '3.1.3', 0],
  ['3.1.3-1.1', '3.1.3-1', 1],
  ['1:1.0-1', '1:1.0-10', -1],
]

describe('the order of package versions', () => {
  it.each(ORDERED)('of %s and %s is %d, and the other way round reversed', (a, b, order) => {
    expect([vercmp(a, b), vercmp(b, a)]).toEqual([order, order === 0 ? 0 : -order])
  })

  it.skipIf(spawnSync('vercmp', ['1', '1']).status !== 0)('is that of pacman itself (needs vercmp)', () => {
    const asked = ORDERED.map(([a, b]) => Number(spawnSync('vercmp', [a, b], { encoding: 'utf8' }).stdout))
    expect(asked).toEqual(ORDERED.map(([, , order]) => order))
  })
})
