/** Where nothing runs there is nothing to retry: a finding says what to do, and leaves that word out. */
import { expect, test } from 'vitest'
import { findingOf } from '../../src/release/finding.ts'
import { PREFLIGHT } from '../../src/release/problems/preflight.ts'
import { VPS } from '../../src/release/problems/vps.ts'
import { type Problem, problem } from '../../src/release/problems.ts'

const remedyOf = (one: Problem) => findingOf('here', one).remedy

test('a remedy that ends with a retry ends before it', () => {
  const full = { free: '1 GB', needed: '2 GB', folder: '/data' }
  expect(remedyOf(problem('preflight.disk-full', full))).toBe('Free some space. The command shows what takes it.')
  expect(remedyOf(problem('preflight.bubblewrap-refused', { shell: 'bwrap' }))).toBe(
    'Allow it as root, or set build.isolation to kind user, user builder.',
  )
})

const RETRIED = [...Object.entries(PREFLIGHT), ...Object.entries(VPS)].filter(([, { remedy }]) =>
  /(then|and) retry[.,;]/.test(remedy),
)

test.each(RETRIED)('%s keeps a whole sentence without it', (code, { what, why, remedy }) => {
  const told = remedyOf({ code, what, why, remedy, details: [], passing: false } as Problem)
  expect(told).toMatch(/^[A-Z].+\.$/)
  expect(told).not.toMatch(/retry/i)
})
