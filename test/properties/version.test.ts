/** Whatever is typed gets a higher release or a sentence, and versions are ordered as semver and pacman order them. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { toPkgver, vercmp } from '../../src/release/pkgver.ts'
import { isProblem } from '../../src/release/problems.ts'
import { resolveTarget, type TargetContext } from '../../src/release/target.ts'
import { compareReleases, isMisread, nextBuild, readRelease, releaseOf } from '../../src/release/version.ts'

const number = fc.oneof(fc.nat({ max: 12 }), fc.nat())
const core = fc.tuple(number, number, number).map((parts) => parts.join('.'))
const prerelease = fc
  .array(fc.oneof(fc.constantFrom('alpha', 'beta', 'rc', 'b2', '2b', 'x-y'), fc.nat({ max: 20 }).map(String)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join('.'))
const version = fc.oneof(
  core,
  fc.tuple(core, prerelease).map((parts) => parts.join('-')),
)
const build = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat({ max: 6 }))
  .map(([value, width]) => String(value).padStart(width, '0'))
const release = fc.tuple(version, build).map(([text, value]) => releaseOf(text, value))
const context: fc.Arbitrary<TargetContext> = fc.record(
  {
    released: release,
    started: fc.array(release, { maxLength: 3 }),
    spent: fc.array(release, { maxLength: 3 }),
    hasBuild: fc.boolean(),
    buildAmbiguous: fc.constantFrom([], ['tag v{version}']),
  },
  { requiredKeys: ['hasBuild', 'buildAmbiguous'] },
)
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom(...'0123v.+- x٣３\u200b'), maxLength: 20 }),
  version,
  release.map(({ full }) => full),
  fc.constantFrom('major', 'minor', 'patch', 'build'),
)

describe('any target', () => {
  it('is answered with a release above the released one that is not spent, or with a sentence and a command', () => {
    fc.assert(
      fc.property(typed, fc.constantFrom('text', 'version', 'full'), context, (text, part, given) => {
        const spent = given.spent ?? []
        const target = { text, ...spent[0] }[part] ?? text
        const answer = resolveTarget(target, given)
        if (!isProblem(answer)) expect(spent.filter((one) => compareReleases(one, answer) === 0)).toEqual([])
        if (isProblem(answer)) {
          expect(answer.what).toMatch(/^\S.*[.]$/s)
          expect(answer.copy).toMatch(/^(deploy|rollback) \S+$/)
        } else if (given.released) {
          expect(compareReleases(answer, given.released)).toBeGreaterThan(0)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('that is refused as a text carries a command that is not', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'0123v.+- '), maxLength: 12 })
    fc.assert(
      fc.property(texts, context, (target, given) => {
        const answer = resolveTarget(target, given)
        if (!isProblem(answer) || !answer.copy?.startsWith('deploy')) return
        const again = resolveTarget(answer.copy.slice('deploy '.length), given)
        expect(isProblem(again) ? [again.code, given, target] : []).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('any build number', () => {
  it('is followed by the next, never narrower', () => {
    fc.assert(
      fc.property(build, (text) => {
        const next = nextBuild(text)
        expect(BigInt(next)).toBe(BigInt(text) + 1n)
        expect(next.length).toBeGreaterThanOrEqual(text.length)
      }),
    )
  })

  it('is read back from the full version', () => {
    fc.assert(
      fc.property(release, (one) => {
        const read = readRelease(one.full, true)
        expect(isMisread(read) || semver.valid(one.version) === null ? one : read).toEqual(one)
      }),
    )
  })
})

const piece = fc.constantFrom('0', '1', '01', '10', '9', 'a', 'b', 'rc', 'Z', '.', '.', '..', '_', '+', '~')
const pkgver = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''))
const packageVersion = fc.oneof(
  pkgver,
  fc
    .tuple(fc.constantFrom('', '0:', '1:', ':'), pkgver, fc.constantFrom('', '-1', '-2', '-1.1'))
    .map((parts) => parts.join('')),
)

describe('any two package versions', () => {
  it('are ordered the same from either side', () => {
    fc.assert(
      fc.property(packageVersion, (a) => {
        expect(vercmp(a, a)).toBe(0)
      }),
    )
  })

  it.skipIf(spawnSync('vercmp', ['1', '1']).status !== 0)('are ordered as pacman orders them (needs vercmp)', () => {
    fc.assert(
      fc.property(packageVersion, packageVersion, (a, b) => {
        const asked = spawnSync('vercmp', [a, b], { encoding: 'utf8' }).stdout.trim()
        expect([a, b, vercmp(a, b)]).toEqual([a, b, Number(asked)])
      }),
      { numRuns: 150 },
    )
  })

  it('of pre-releases that are taken are ordered as semver orders the versions', () => {
    const small = fc.constantFrom('3.2.0', '3.2.1')
    const near = fc.oneof(
      small,
      fc.tuple(small, prerelease).map((parts) => parts.join('-')),
    )
    fc.assert(
      fc.property(near, near, (a, b) => {
        const [one, other] = [toPkgver(releaseOf(a)), toPkgver(releaseOf(b))]
        if (isProblem(one) || isProblem(other)) return
        expect([a, b, vercmp(one, other)]).toEqual([a, b, semver.compare(a, b)])
      }),
      { numRuns: 2000 },
    )
  })
})
