/** The release's tag: on the release commit, pushed once, and never moved. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tagStep } from '../../src/runners/tag.ts'
import { project } from '../release/sample.ts'
import { makeBench, temporaryFolder } from './make-context.ts'
import { bareRepository, commitRelease } from './product.ts'
import { personGit } from './programs.ts'

const tag = tagStep()

function released() {
  const origin = bareRepository(join(temporaryFolder(), 'origin.git'))
  const bench = makeBench({ project: { repository: { ...project.repository, url: origin } } })
  const commit = commitRelease(bench, { 'README.md': 'Harbour\n' })
  personGit(bench.folders.clone, 'push', '--quiet', origin, 'HEAD:refs/heads/master')
  const run = () => tag.run(bench.context(tag, 'build.tag'))
  const observe = () => tag.observe?.(bench.context(tag, 'build.tag'))
  return { bench, origin, commit, run, observe }
}

test('the tag is made on the release commit and pushed, with exactly the commands that the dry run shows', async () => {
  const { bench, origin, commit, run, observe } = released()
  expect(await observe()).toEqual({ seen: 'not-done' })
  expect(await run()).toEqual({ ok: true, evidence: { tag: 'v3.1.3+001' } })
  expect(personGit(origin, 'rev-parse', 'v3.1.3+001^{commit}')).toBe(commit)
  expect(personGit(origin, 'for-each-ref', '--format=%(objecttype)', 'refs/tags')).toBe('tag')
  const { look, ...actions } = tag.describe(bench.context(tag, 'build.tag').facts)
  const argv = [look, look, ...Object.values(actions)].flatMap((action) =>
    action && 'argv' in action ? [action.argv] : [],
  )
  expect(bench.ran).toEqual(argv)
  expect(await observe()).toMatchObject({ seen: 'done' })
})

test('a tag that is there already is not pushed again', async () => {
  const { bench, run } = released()
  await run()
  expect(await run()).toMatchObject({ ok: true, notes: ['already there: tag v3.1.3+001'] })
  expect(bench.intents).toHaveLength(1)
})

test.each([
  ['annotated', ['--annotate', '--message', 'other']],
  ['plain', []],
])('a tag of that name on another commit stays where it is: %s', async (_name, kind) => {
  const { bench, origin, commit, run, observe } = released()
  const { clone } = bench.folders
  personGit(clone, 'commit', '--quiet', '--allow-empty', '--message', 'Other')
  personGit(clone, 'tag', ...kind, 'v3.1.3+001')
  personGit(clone, 'push', '--quiet', origin, 'refs/tags/v3.1.3+001')
  expect(await run()).toMatchObject({ problem: { code: 'build.tag-elsewhere' } })
  expect(personGit(origin, 'rev-parse', 'v3.1.3+001^{commit}')).not.toBe(commit)
  expect(bench.intents).toEqual([])
  expect(await observe()).toMatchObject({ seen: 'unknown' })
})

test('an origin that does not answer is a question, not a guess', async () => {
  const { bench } = released()
  Object.assign(bench.project.repository, { url: '/nowhere' })
  expect(await tag.run(bench.context(tag, 'build.tag'))).toMatchObject({ problem: { code: 'build.tag-unseen' } })
  expect(await tag.observe?.(bench.context(tag, 'build.tag'))).toMatchObject({ seen: 'unknown' })
})
