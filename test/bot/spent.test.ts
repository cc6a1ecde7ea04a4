/** A version that was published and rolled back is never published again with other bytes. */
import { expect, test } from 'vitest'
import type { DeskOptions } from '../../src/bot/desk/options.ts'
import { createDesk } from '../../src/bot/desk.ts'
import { summarize } from '../../src/bot/summary.ts'
import type { Summary } from '../../src/ports/journal.ts'
import { isProblem } from '../../src/release/problems.ts'
import { releaseOf } from '../../src/release/version.ts'
import { drive, project } from '../release/sample.ts'

const past = (status: string, evidence: Summary['evidence'] = {}, more: Partial<Summary> = {}): Summary => ({
  ...{ number: 1, project: project.name, version: '3.1.3+001', kind: 'release', requester: 'ana', requestedAt: 1 },
  ...{ status, evidence, ...more },
})
const PUBLISHED = { publishedUrl: 'https://localhost/harbour-3.1.3+001.tar.gz' }

test.each([
  ['rolled back after it was published', [past('rolled back', PUBLISHED)], '3.1.3+002'],
  ['tagged for a forge to publish, and rolled back', [past('rolled back', { tag: 'v3.1.3+001' })], '3.1.3+002'],
  [
    'published, left as it was and rolled back later under another number',
    [past('rolled back', {}, { kind: 'rollback', number: 2 }), past('failed', PUBLISHED)],
    '3.1.3+002',
  ],
  ['published, and its rollback ended as an emergency', [past('emergency', PUBLISHED)], '3.1.3+002'],
  ['tagged, and its rollback ended as an emergency', [past('emergency', { tag: 'v3.1.3+001' })], '3.1.3+002'],
  [
    'published, and the rollback under another number ended as an emergency',
    [past('emergency', {}, { kind: 'rollback', number: 2 }), past('denied', PUBLISHED)],
    '3.1.3+002',
  ],
  ['rolled back before it was published', [past('rolled back')], '3.1.3+001'],
  ['an emergency before it was published', [past('emergency')], '3.1.3+001'],
  ['left as it was after it was published', [past('failed', PUBLISHED)], '3.1.3+001'],
  ['denied after it was published', [past('denied', PUBLISHED)], '3.1.3+001'],
  ['cancelled after it was published', [past('cancelled', PUBLISHED)], '3.1.3+001'],
  ['in no journal', [], '3.1.3+001'],
])('deploy 3.1.3 when it was %s', async (_, history, expected) => {
  expect(await deployed(history)).toBe(expected)
})

test('without build numbers, a version whose rollback did not hold is refused', async () => {
  const version = { ...project.version, source: { file: 'VERSION', kind: 'pattern' as const, pattern: '{version}' } }
  const history = [past('emergency', PUBLISHED, { version: '3.1.3' })]
  expect(await deployed(history, { ...project, version })).toBe(
    '3.1.3 was published, and then a rollback took it back or tried to.',
  )
})

/** What `deploy 3.1.3` comes to: the release, or why it is none. */
async function deployed(history: readonly Summary[], shipped = project): Promise<string> {
  const desk = createDesk({
    clock: { now: () => 0 },
    journal: { history: async () => history },
    live: { all: () => [] },
    world: {
      released: async () => ({ release: releaseOf('3.1.2', '001'), sources: [] }),
      ambiguousTemplates: () => [],
    },
  } as unknown as DeskOptions)
  const resolved = await desk.resolve(shipped, '3.1.3')
  return isProblem(resolved) ? resolved.what : resolved.release.full
}

test.each([
  ['address of a publication that settled', 'build.publish', { url: 'x' }, PUBLISHED, PUBLISHED],
  ['address of a publication', 'build.publish', { url: PUBLISHED.publishedUrl }, {}, PUBLISHED],
  ['tag that a forge publishes', 'build.tag', { tag: 'v3.1.3' }, {}, { tag: 'v3.1.3' }],
  ['tag of a verified release', 'finish.tag', { tag: 'v3.1.3' }, {}, { tag: 'v3.1.3' }],
])('a deployment remembers the %s, also where nobody saw its end', (_, name, intent, evidence, kept) => {
  const deployment = drive().now()
  const step = { status: 'failed' as const, attempt: 1, attempted: [{ attempt: 1, intent }], evidence }
  const steps = { ...deployment.steps, [name]: { ...deployment.steps[name], ...step } }
  expect(summarize({ ...deployment, steps } as typeof deployment).evidence).toMatchObject(kept)
})
