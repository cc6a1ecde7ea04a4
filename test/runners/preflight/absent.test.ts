/** What a clone that builds would not hold is told before anything changes: files in git LFS, and submodules. */
import { cpSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Project } from '../../../src/release/project.ts'
import { version } from '../../../src/runners/preflight/version.ts'
import { project as sample } from '../../release/sample.ts'
import { answering } from '../make-context.ts'
import { writeFiles } from '../product.ts'
import { personGit } from '../programs.ts'
import { makeWorld, problemOf, take, type WorldOptions } from '../world.ts'

const STEP = 'preflight.version'
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`
const ATTRIBUTES = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }
const MODULES = { '.gitmodules': '[submodule "theme"]\n\tpath = docs/theme\n\turl = ../theme.git\n' }

/** The check of a clone whose commit holds these files besides. */
async function check(
  files: Readonly<Record<string, string>>,
  build: Partial<Project['build']> = {},
  ports: WorldOptions['ports'] = {},
) {
  const { bench, desk, first } = makeWorld({ project: { build: { ...sample.build, ...build } }, ports })
  const { clone } = bench.folders
  cpSync(desk, clone, { recursive: true })
  writeFiles(clone, files)
  personGit(clone, 'add', '--all')
  bench.leave('preflight.origin', { base: first })
  const outcome = await take(bench, version, STEP)
  return { outcome, greps: bench.ran.filter((argv) => argv.includes('grep')) }
}

describe('files in git LFS', () => {
  test('are refused by name, since a build would get pointers', async () => {
    const { outcome, greps } = await check({ ...ATTRIBUTES, 'assets/logo.bin': POINTER })
    const problem = await problemOf(outcome)
    expect(problem).toMatchObject({
      code: 'preflight.lfs-pointers',
      what: expect.stringMatching(/: assets\/logo\.bin\.$/),
      remedy: expect.stringContaining('git lfs pull'),
      lines: expect.stringContaining('- [git, lfs, pull, origin]'),
    })
    expect(greps).toHaveLength(1)
  })

  test('are named up to three, whatever their names hold, and the others counted', async () => {
    const names = ['-x.bin', '100% \u202e.bin', 'a\nPre-flight: all well.bin', `${'z'.repeat(150)}.bin`, 'zz.bin']
    const { outcome } = await check({ ...ATTRIBUTES, ...Object.fromEntries(names.map((name) => [name, POINTER])) })
    const { what } = await problemOf(outcome)
    expect(what).toContain('-x.bin, 100% \u202e.bin, a\\nPre-flight: all well.bin, and 2 more.')
  })

  test('are refused in any number, in bounded memory', async () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`d/${at}-a-longer-name.bin`, POINTER]))
    const { what } = await problemOf((await check({ ...ATTRIBUTES, ...many })).outcome)
    expect(what).toMatch(/d\/0-a-longer-name\.bin, .*, and \d+ more, and others\.$/)
  })

  test.each([
    ['a file that only quotes a pointer', { 'docs/lfs.md': POINTER }],
    ['a file that the filter never made a pointer of', { ...ATTRIBUTES, 'raw.bin': 'raw \0 bytes' }],
    ['a file that names another version', { ...ATTRIBUTES, 'x.bin': POINTER.replace('spec/v1', 'spec/v12') }],
  ])('are not %s', async (_, files) => {
    expect((await check(files)).outcome).toMatchObject({ ok: true, notes: [] })
  })

  test.each<[string, Partial<Project['build']>]>([
    ['build.clean', { clean: [['git', 'lfs', 'pull', 'origin']] }],
    ['a target', { targets: [{ name: 'linux', run: [['git', 'lfs', 'pull'], ['make']], output: 'out' }] }],
  ])('that %s fetches are a note', async (_, build) => {
    const { outcome } = await check({ ...ATTRIBUTES, 'x.bin': POINTER }, build)
    expect(outcome).toMatchObject({ ok: true, notes: ['in git LFS, which the build fetches: x.bin'] })
  })

  test('are nobody’s business where nothing is built', async () => {
    const { outcome, greps } = await check({ ...ATTRIBUTES, 'x.bin': POINTER }, { targets: [] })
    expect(outcome).toMatchObject({ ok: true, notes: [] })
    expect(greps).toEqual([])
  })

  test('that cannot be looked for are a problem', async () => {
    const shell = answering('grep', { code: 128, stderr: 'fatal: no index' })
    const { outcome } = await check({ ...ATTRIBUTES, 'x.bin': POINTER }, {}, { shell })
    expect(await problemOf(outcome)).toMatchObject({
      code: 'preflight.lfs-unread',
      details: ['fatal: no index'],
    })
  })
})

describe('submodules', () => {
  test('are a note, since a build that needs one fails without it', async () => {
    const { outcome } = await check(MODULES)
    expect(outcome).toMatchObject({ ok: true, notes: ['submodules, empty in every build: docs/theme'] })
  })

  test('that the build fetches are none', async () => {
    const { outcome } = await check(MODULES, { clean: [['git', 'submodule', 'update', '--init']] })
    expect(outcome).toMatchObject({ ok: true, notes: [] })
  })
})
