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
  ['rolled back before it was published', [past('rolled back')], '3.1.3+001'],
  ['denied after it was published', [past('denied', PUBLISHED)], '3.1.3+001'],
  ['cancelled after it was published', [past('cancelled', PUBLISHED)], '3.1.3+001'],
  ['in no journal', [], '3.1.3+001'],
])('deploy 3.1.3 when it was %s', async (_, history, expected) => {
  const desk = createDesk({
    clock: { now: () => 0 },
    journal: { history: async () => history },
    live: { all: () => [] },
    world: {
      released: async () => ({ release: releaseOf('3.1.2', '001'), sources: [] }),
      ambiguousTemplates: () => [],
    },
  } as unknown as DeskOptions)
  const resolved = await desk.resolve(project, '3.1.3')
  expect(isProblem(resolved) ? resolved.code : resolved.release.full).toBe(expected)
})

test.each([
  ['that settled', { publishedUrl: PUBLISHED.publishedUrl }],
  ['whose end nobody saw', undefined],
])('a deployment remembers the address of a publication %s', (_, evidence) => {
  const deployment = drive().now()
  const step = {
    status: 'failed' as const,
    attempt: 1,
    attempted: [{ attempt: 1, intent: { url: PUBLISHED.publishedUrl } }],
    evidence: evidence ?? {},
  }
  const steps = { ...deployment.steps, 'build.publish': { ...deployment.steps['build.publish'], ...step } }
  expect(summarize({ ...deployment, steps } as typeof deployment).evidence).toMatchObject(PUBLISHED)
})
