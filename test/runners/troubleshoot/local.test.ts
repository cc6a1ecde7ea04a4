import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LOCKS, missingFromLock } from '../../../src/release/locked-dependencies.ts'
import { TROUBLESHOOTING } from '../../../src/runners/troubleshoot/table.ts'
import { project as sample } from '../../release/sample.ts'
import { type Bench, makeBench } from '../make-context.ts'
import { commitRelease } from '../product.ts'
import { must } from '../programs.ts'
import { answers, makeWorld, PRODUCT } from '../world.ts'
import { answered, troubleshoot } from './asking.ts'

describe('this machine', () => {
  test('has room, unless the build that failed says it had none', async () => {
    const bench = makeBench()
    expect(await answered(troubleshoot(bench, 'probe.disk'))).toMatchObject({ answer: 'room' })
    const failed = { step: 'build.target:linux', said: ['ld: final link failed: No space left on device'] }
    expect(await answered(troubleshoot(bench, 'probe.disk', { failed }))).toMatchObject({
      answer: 'full',
      found: expect.stringContaining('final link failed'),
    })
  })

  test('has no room where hardly anything is free', async () => {
    const { files } = makeBench().ports
    const bench = makeBench({ ports: { files: { ...files, freeBytes: async () => 5_000_000 } } })
    expect(await answered(troubleshoot(bench, 'probe.disk'))).toMatchObject({
      answer: 'full',
      found: expect.stringContaining('4 MB are free'),
    })
  })

  test.each([
    ['well', ['true'], 'true found nothing wrong'],
    ['ill', ['sh', '-c', 'echo "[✗] Linux toolchain: cmake is missing"; exit 1'], 'cmake is missing'],
  ])('has a toolchain that is %s, as its own check says', async (answer, doctor, found) => {
    const bench = makeBench({ project: { build: { ...sample.build, doctor: [doctor] } } })
    expect(await answered(troubleshoot(bench, 'probe.doctor'))).toEqual({
      answer,
      found: expect.stringContaining(found),
    })
    expect(await answered(troubleshoot(makeBench(), 'probe.doctor'))).toMatchObject({ answer: 'none' })
  })
})

describe('locked dependencies', () => {
  const pubspec =
    'name: harbour\ndependencies:\n  http: ^1.0.0\n  flutter:\n    sdk: flutter\ndev_dependencies:\n  lints: any\n'
  const lock = (...names: string[]) =>
    `packages:\n${names.map((name) => `  ${name}:\n    version: "1"\n`).join('')}sdks:\n  dart: any\n`

  test.each([
    ['fit', { 'pubspec.yaml': pubspec, 'pubspec.lock': lock('http', 'flutter', 'lints', 'path') }],
    ['stale', { 'pubspec.yaml': pubspec, 'pubspec.lock': lock('http', 'flutter') }],
    ['none', { 'pubspec.yaml': pubspec }],
  ])('are %s', async (answer, files) => {
    const bench = makeBench()
    commitRelease(bench, files)
    expect(await answered(troubleshoot(bench, 'probe.dependencies'))).toMatchObject({ answer })
  })

  test('of npm are named by the folder they are installed in', () => {
    const [, npm] = LOCKS
    const manifest = '{"dependencies":{"@a/b":"1"},"devDependencies":{"c":"1"}}'
    const locked = '{"packages":{"":{},"node_modules/@a/b":{},"node_modules/x/node_modules/d":{}}}'
    expect(npm && missingFromLock(npm, manifest, locked)).toEqual(['c'])
    expect(npm && missingFromLock(npm, 'not json', 'nor this')).toEqual([])
  })
})

describe('which version every place names', () => {
  const ask = (bench: Bench) => answered(troubleshoot(bench, 'probe.versions'))

  test('is told place by place, and the files of the release commit decide', async () => {
    const { bench, push, first } = makeWorld({ ports: { http: answers({}) } })
    const at = (text: string) => text.replaceAll('3.1.2', '3.1.3')
    const right = Object.fromEntries(Object.entries(PRODUCT).map(([name, text]) => [name, at(text)]))
    cloneInto(bench)
    bench.leave('version.commit', { commit: first })
    expect(await ask(bench)).toMatchObject({
      answer: 'differ',
      found: expect.stringMatching(/^pubspec.yaml says 3.1.2/),
    })
    const commit = push(right)
    cloneInto(bench)
    bench.leave('version.commit', { commit })
    const { answer, found } = await ask(bench)
    expect(answer).toBe('agree')
    expect(found).toMatch(/5 of 5 files of the release commit say 3\.1\.3\+001; the tag \S+ is not there/)
  })
})

describe('clearing', () => {
  test('for one target leaves what the others built, and a package that is made of another', async () => {
    const bench = makeBench()
    const at = (name: string) => join(bench.folders.builds, name)
    for (const name of ['linux', 'web', 'package']) mkdirSync(at(name), { recursive: true })
    expect(await troubleshoot(bench, 'fix.rebuild', { item: 'web' })).toMatchObject({ ok: true })
    expect(['linux', 'web', 'package'].map((name) => existsSync(at(name)))).toEqual([true, false, true])
  })

  test('for a rebuild takes away what was built and the caches of builds, and keeps the clone', async () => {
    const bench = makeBench()
    const { builds, home, clone } = bench.folders
    const gone = [home, ...['linux', 'web', 'output/linux.tar.gz', 'package'].map((name) => join(builds, name))]
    for (const folder of [...gone, clone]) mkdirSync(folder, { recursive: true })
    expect(await troubleshoot(bench, 'fix.rebuild')).toMatchObject({ ok: true })
    expect([...gone, clone].map((folder) => existsSync(folder))).toEqual([...gone.map(() => false), true])
  })

  test('for making the AUR files again takes away the copy and the clone of the AUR', async () => {
    const bench = makeBench()
    const { packageTest, aur, builds } = bench.folders
    for (const folder of [packageTest, aur]) mkdirSync(folder, { recursive: true })
    expect(await troubleshoot(bench, 'fix.regenerate')).toMatchObject({ ok: true })
    expect([packageTest, aur, builds].map((folder) => existsSync(folder))).toEqual([false, false, true])
  })

  test('to set the version again says what will be run and pushed, and does nothing by itself', async () => {
    const bench = makeBench()
    const context = bench.context(TROUBLESHOOTING['fix.sync'], 'fix.sync')
    expect(JSON.stringify(context.actions)).toContain(`push that commit to ${bench.project.repository.branch}`)
    expect(await troubleshoot(bench, 'fix.sync')).toMatchObject({ ok: true })
    expect(bench.ran).toEqual([])
  })
})

/** The bot's own clone, as it is now at the origin. */
function cloneInto({ folders, project }: Bench): void {
  rmSync(folders.clone, { recursive: true, force: true })
  must('git', ['clone', '--quiet', project.repository.url, folders.clone], '/')
}
