/** The bot's own commits and its tag leave the origin, and nothing of anybody else's. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { origin } from '../../../src/runners/preflight/origin.ts'
import { branch } from '../../../src/runners/rollback/git.ts'
import { tag } from '../../../src/runners/rollback/tag.ts'
import { tagStep } from '../../../src/runners/tag.ts'
import { commit } from '../../../src/runners/version/commit.ts'
import { push } from '../../../src/runners/version/push.ts'
import { set } from '../../../src/runners/version/set.ts'
import { sync } from '../../../src/runners/version/sync.ts'
import { personGit } from '../programs.ts'
import { makeWorld, must, problemOf, take, type World } from '../world.ts'

const TAG = 'v3.1.3+001'

/** A release whose commit is on the branch. */
async function released(): Promise<World> {
  const world = makeWorld()
  const steps = { 'preflight.origin': origin, 'version.set': set, 'version.sync': sync, 'version.commit': commit }
  for (const [name, runner] of Object.entries(steps)) await must(world.bench, runner, name)
  await must(world.bench, push, 'version.push')
  return world
}

const back = ({ bench }: World) => take(bench, branch, 'rollback.git')
const seen = async ({ bench }: World) => (await branch.observe?.(bench.context(branch, 'rollback.git')))?.seen
const git = ({ origin }: World, ...args: string[]) => personGit(origin, ...args)

/** The origin refuses what the script decides. */
function hook({ origin }: World, name: string, script: string): void {
  mkdirSync(join(origin, 'hooks'), { recursive: true })
  writeFileSync(join(origin, 'hooks', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(origin, 'hooks', name), 0o755)
}

/** The documentation of the release, as finish.push leaves it. */
function documented(world: World): string {
  const { clone } = world.bench.folders
  writeFileSync(join(clone, 'CHANGELOG.md'), '3.1.3: more\n')
  personGit(clone, 'commit', '--quiet', '--all', '--message', 'Document 3.1.3+001\n\nSlipway-Deployment: #42')
  personGit(clone, 'push', '--quiet', world.origin, 'HEAD:master')
  const documentationCommit = personGit(clone, 'rev-parse', 'HEAD')
  world.bench.leave('finish.push', { documentationCommit })
  return documentationCommit
}

describe('the release commits', () => {
  it('go by setting the branch back while nothing else is above them', async () => {
    const world = await released()
    documented(world)
    expect(await seen(world)).toBe('not-done')
    expect(await back(world)).toMatchObject({ ok: true, evidence: { branchHead: world.first } })
    expect(world.head()).toBe(world.first)
    expect(await seen(world)).toBe('done')
    expect(await back(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
  })

  it('are reverted, newest first, on top of what others pushed, which stays', async () => {
    const world = await released()
    const commit = world.head()
    const document = documented(world)
    const theirs = world.push({ 'notes.md': 'theirs\n' })
    expect(await back(world)).toMatchObject({ ok: true })
    expect(git(world, 'diff', '--name-only', world.first, 'master')).toBe('notes.md')
    expect(git(world, 'rev-parse', 'master~2')).toBe(theirs)
    const reverts = git(world, 'log', '-2', '--format=%(trailers:key=Slipway-Reverts,valueonly,separator=)', 'master')
    expect(reverts.split('\n').filter((line) => line !== '')).toEqual([commit, document])
    expect(await seen(world)).toBe('done')
    const head = world.head()
    await back(world)
    expect(world.head()).toBe(head)
  })

  it('are reverted where the branch takes no force push', async () => {
    const world = await released()
    git(world, 'config', 'receive.denyNonFastForwards', 'true')
    expect(await back(world)).toMatchObject({ ok: true })
    expect(git(world, 'diff', '--name-only', world.first, 'master')).toBe('')
    expect(git(world, 'rev-parse', 'master~2')).toBe(world.first)
  })

  it('are taken back on top of a push that came in between', async () => {
    const world = await released()
    world.push({ 'a.md': 'a\n' })
    const raced = join(world.origin, 'raced')
    const race = `[ -e ${raced} ] || { touch ${raced}; git update-ref refs/heads/master $(git commit-tree -p master -m race master^{tree}); }`
    hook(
      world,
      'pre-receive',
      `unset GIT_QUARANTINE_PATH; export GIT_AUTHOR_NAME=B GIT_AUTHOR_EMAIL=b GIT_COMMITTER_NAME=B GIT_COMMITTER_EMAIL=b; ${race}`,
    )
    expect(await back(world)).toMatchObject({ ok: true })
    expect(git(world, 'log', '--format=%s', 'master')).toContain('race')
    expect(git(world, 'diff', '--name-only', world.first, 'master')).toBe('a.md')
  })

  it('stay, and are told, where later work changed the same lines', async () => {
    const world = await released()
    const head = world.push({ 'pubspec.yaml': 'name: harbour\nversion: 9.9.9+001\n' })
    expect(await problemOf(back(world))).toMatchObject({ code: 'rollback.git-conflict', details: ['pubspec.yaml'] })
    expect(world.head()).toBe(head)
    expect(await seen(world)).toBe('not-done')
  })

  it('count as gone where somebody reverted them by hand', async () => {
    const world = await released()
    personGit(world.desk, 'pull', '--quiet', '--rebase', 'origin', 'master')
    personGit(world.desk, 'revert', '--no-edit', 'HEAD')
    personGit(world.desk, 'push', '--quiet', 'origin', 'HEAD:master')
    const head = world.head()
    expect(await back(world)).toMatchObject({ ok: true })
    expect(world.head()).toBe(head)
  })

  it('are not a commit of a person that happened to be the release', async () => {
    const world = await released()
    const theirs = world.push({ 'b.md': 'b\n' })
    world.bench.leave('version.commit', { commit: theirs })
    world.bench.leave('version.push', { commit: theirs })
    expect(await back(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
    expect(world.head()).toBe(theirs)
  })

  it('stay where a hook refuses everything, in the words of the origin', async () => {
    const world = await released()
    hook(world, 'update', 'echo "nobody pushes tonight" >&2; exit 1')
    const problem = await problemOf(back(world))
    expect(problem.code).toBe('rollback.git-refused')
    expect(problem.details.join()).toContain('nobody pushes tonight')
  })
})

describe('the tag', () => {
  const remove = ({ bench }: World) => take(bench, tag, 'rollback.tag')

  it('is removed from the origin, once', async () => {
    const world = await released()
    await must(world.bench, tagStep(), 'finish.tag')
    expect(git(world, 'tag')).toBe(TAG)
    expect(await remove(world)).toMatchObject({ ok: true })
    expect(git(world, 'tag')).toBe('')
    expect(await remove(world)).toMatchObject({ ok: true, notes: [`already gone: tag ${TAG}`] })
  })

  it('stays where it is on another commit', async () => {
    const world = await released()
    git(world, 'tag', TAG, world.first)
    expect(await remove(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('left alone')] })
    expect(git(world, 'tag')).toBe(TAG)
  })

  it('that the origin keeps is told', async () => {
    const world = await released()
    await must(world.bench, tagStep(), 'finish.tag')
    hook(world, 'update', 'exit 1')
    expect((await problemOf(remove(world))).code).toBe('rollback.tag-not-removed')
  })
})
