/** What the cards of a stopped deployment tell people to do. */
import { expect, test } from 'vitest'
import { TREE } from '../../src/release/diagnosis/tree.ts'
import { BUILD } from '../../src/release/problems/build.ts'
import { PREFLIGHT } from '../../src/release/problems/preflight.ts'
import { VERSION } from '../../src/release/problems/version.ts'
import type { Wording } from '../../src/release/problems/wording.ts'

/** It answers a command; no deployment is stopped by it. */
const { 'preflight.baseline-unread': _, ...stopping } = { ...PREFLIGHT, ...VERSION, ...BUILD }

const offering = Object.entries(stopping satisfies Record<string, Wording>).flatMap(([code, wording]) =>
  'copy' in wording && wording.copy.startsWith('deploy ') ? [{ code, ...wording }] : [],
)

test.each(offering)('$code says to cancel what would be waited for', ({ remedy }) => {
  expect(remedy).toMatch(/\bcancel this deployment\b/i)
})

test('no card and no branch of the tree offers the next build, which counts from what is released', () => {
  expect(JSON.stringify([BUILD, TREE])).not.toContain('deploy build')
})
