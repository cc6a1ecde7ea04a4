import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { credentials } from '../../../src/runners/preflight/credentials.ts'
import { origin } from '../../../src/runners/preflight/origin.ts'
import { personGit } from '../programs.ts'
import { commandsOf, makeWorld, must, problemOf, take, type World } from '../world.ts'

const STEP = 'preflight.origin'

describe("the bot's own clone", () => {
  test('is made where there is none, by the very commands that a dry run prints', async () => {
    const { bench, first } = makeWorld()
    const dry = commandsOf(bench.context(origin, STEP, { dryRun: true }).actions)
    const { evidence } = await must(bench, origin, STEP)
    expect(evidence).toEqual({ base: first, head: first })
    expect(bench.ran).toEqual(dry)
    expect(personGit(bench.folders.clone, 'status', '--porcelain')).toBe('')
  })

  test('says what the commits since the last release change', async () => {
    const world = makeWorld()
    world.push({ 'more.txt': 'more\n' })
    expect((await must(world.bench, origin, STEP)).evidence.changes).toHaveLength(1)
  })

  test('has nothing left over: changes, new files, locks, half merges, tags that are gone', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    const { clone } = world.bench.folders
    writeFileSync(join(clone, 'pubspec.yaml'), 'half written')
    mkdirSync(join(clone, 'build/nested'), { recursive: true })
    writeFileSync(join(clone, 'build/nested/object'), '')
    personGit(clone, 'tag', 'v9.9.9+001')
    for (const name of ['index.lock', 'HEAD.lock', 'refs/heads/master.lock', 'MERGE_HEAD'])
      writeFileSync(join(clone, '.git', name), world.first)
    const second = world.push({ 'more.txt': 'more\n' })
    const { evidence, notes } = await must(world.bench, origin, STEP)
    expect(evidence.base).toBe(second)
    expect(notes?.join()).not.toContain('made again')
    expect(personGit(clone, 'status', '--porcelain', '--ignored')).toBe('')
    expect(personGit(clone, 'tag')).toBe('')
    expect(existsSync(join(clone, '.git/index.lock'))).toBe(false)
  })

  const BREAKS: Readonly<Record<string, (git: string, world: World) => void>> = {
    'its configuration is garbage': (git) => writeFileSync(join(git, 'config'), '[[['),
    'its objects are gone': (git) => rmSync(join(git, 'objects'), { recursive: true }),
    'its HEAD is gone and a repository lies above it': (git) => rmSync(join(git, 'HEAD')),
    'git knows nothing of it': (git) => rmSync(git, { recursive: true }),
    'a fetch was killed as it wrote a tag': (git, { origin }) => {
      personGit(origin, 'tag', 'v4', 'master')
      writeFileSync(join(git, 'refs/tags/v4.lock'), '')
    },
    'the branch before was named below this one': (git) => {
      personGit(git, 'update-ref', '-d', 'refs/remotes/origin/master')
      personGit(git, 'update-ref', 'refs/remotes/origin/master/1.0', 'HEAD')
    },
  }
  test.each(Object.keys(BREAKS))('is repaired when %s', async (name) => {
    const world = makeWorld()
    personGit(world.bench.folder, 'init', '--quiet')
    writeFileSync(join(world.bench.folder, 'mine.txt'), 'not of the bot')
    await must(world.bench, origin, STEP)
    BREAKS[name]?.(join(world.bench.folders.clone, '.git'), world)
    const { evidence } = await must(world.bench, origin, STEP)
    expect(evidence.base).toBe(world.first)
    expect(personGit(world.bench.folders.clone, 'rev-parse', 'HEAD')).toBe(world.first)
    expect(existsSync(join(world.bench.folder, 'mine.txt'))).toBe(true)
  })
})

describe('a retry', () => {
  test('starts from the same base while the branch is on the release commit', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    world.bench.leave('version.commit', { commit: world.push({ a: 'b' }, 'Version 3.1.3+001') })
    expect(await must(world.bench, origin, STEP)).toMatchObject({ evidence: { base: world.first }, notes: [] })
  })

  test('takes a new head as the release commit and names who added what', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    world.bench.leave('version.commit', { commit: world.push({ a: 'b' }, 'Version 3.1.3+001') })
    const fix = world.push({ a: 'c' }, 'Fix the build')
    const { evidence, notes } = await must(world.bench, origin, STEP)
    expect(evidence.base).toBe(fix)
    expect(notes?.join('\n')).toMatch(/taken as the release commit\nadded since: [0-9a-f]+ Fix the build \(Ana\)$/)
  })

  test('cuts a subject that nobody could read', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    world.bench.leave('version.commit', { commit: world.push({ a: 'b' }, 'Version 3.1.3+001') })
    world.push({ a: 'c' }, 'x'.repeat(5_000))
    const { notes } = await must(world.bench, origin, STEP)
    expect(notes?.join('\n').length).toBeLessThan(500)
    expect(notes?.join('\n')).toMatch(/\(48\d\d more characters\)$/)
  })

  test.each([
    ['that was pushed and taken off again is made anew', 'version.push', true],
    ['that never reached the branch stays', 'version.set', undefined],
  ])('of a release commit %s', async (_, done, withdrawn) => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    world.bench.leave('version.commit', { commit: world.push({ a: 'b' }, 'Version 3.1.3+001') })
    world.bench.leave(done, {})
    personGit(world.origin, 'update-ref', 'refs/heads/master', world.first)
    const { evidence, notes } = await must(world.bench, origin, STEP)
    expect(evidence).toMatchObject({ base: world.first })
    expect(evidence.withdrawn).toBe(withdrawn)
    expect(notes?.join().includes('taken off the branch')).toBe(withdrawn ?? false)
  })

  test('only looks once the commit is frozen', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    writeFileSync(join(world.bench.folders.clone, 'kept.txt'), '')
    world.push({ a: 'b' })
    const outcome = await take(world.bench, origin, STEP, { frozen: true })
    expect(outcome).toMatchObject({ ok: true, evidence: { base: world.first } })
    expect(existsSync(join(world.bench.folders.clone, 'kept.txt'))).toBe(true)
  })
})

describe('an origin', () => {
  test('without the branch is told with the branches it has', async () => {
    const world = makeWorld()
    const repository = { ...world.bench.project.repository, branch: 'main' }
    const other = makeWorld({ project: { repository: { ...repository, url: world.origin } } })
    const problem = await problemOf(take(other.bench, origin, STEP))
    expect(problem).toMatchObject({ code: 'preflight.branch-missing', details: ['master'] })
  })

  test('that is gone leaves the clone as it was', async () => {
    const world = makeWorld()
    await must(world.bench, origin, STEP)
    renameSync(world.origin, `${world.origin}.gone`)
    expect((await problemOf(take(world.bench, origin, STEP))).code).toBe('preflight.remote-missing')
    expect(existsSync(join(world.bench.folders.clone, 'pubspec.yaml'))).toBe(true)
  })

  test('that cannot be resolved is a passing problem', async () => {
    const { project } = makeWorld().bench
    const repository = { ...project.repository, url: 'http://127.0.0.1:1/x.git' }
    const problem = await problemOf(take(makeWorld({ project: { repository } }).bench, origin, STEP))
    expect(problem).toMatchObject({ code: 'preflight.remote-unreachable', passing: true })
  })
})

describe('credentials', () => {
  const aur = (url: string) => ({
    package: 'harbour',
    directory: 'aur',
    url,
    web: 'https://localhost',
    ssh: { agent: false },
    makepkg: { args: [] },
  })

  test('are tried without changing anything', async () => {
    const world = makeWorld()
    const { bench } = makeWorld({ folder: world.bench.folder, project: { aur: aur(world.origin) } })
    await must(bench, origin, STEP)
    expect((await must(bench, credentials, 'preflight.credentials')).evidence).toEqual({
      credentials: ['origin', 'aur'],
    })
    expect(world.head()).toBe(world.first)
  })

  test('are not needed in a dry run', async () => {
    const { bench } = makeWorld()
    const outcome = await credentials.run(bench.context(credentials, 'preflight.credentials', { dryRun: true }))
    expect(outcome).toMatchObject({
      ok: true,
      notes: ['not tried, since a dry run needs no write key: push to the origin, the AUR, the publishing place'],
    })
    expect(bench.ran).toEqual([])
  })

  test('that fail are all told at once', async () => {
    const { bench } = makeWorld({ project: { aur: aur('/nowhere.git') } })
    await must(bench, origin, STEP)
    chmodSync(bench.project.repository.url, 0o755)
    renameSync(bench.project.repository.url, `${bench.project.repository.url}.gone`)
    const problem = await problemOf(take(bench, credentials, 'preflight.credentials'))
    expect(problem.code).toBe('preflight.remote-missing')
    expect(problem.details.join('\n')).toContain('Also: The AUR has no repository at /nowhere.git')
  })
})
