import { expect, test } from 'vitest'
import type { DeskOptions } from '../../src/bot/desk/options.ts'
import { createDesk } from '../../src/bot/desk.ts'
import { inUse } from '../../src/bot/versions.ts'
import type { Summary } from '../../src/ports/journal.ts'
import { isProblem } from '../../src/release/problems.ts'
import { verificationCard } from '../../src/release/report/matrix.ts'
import { releaseOf } from '../../src/release/version.ts'
import { textOf } from '../card-text.ts'
import { project } from '../release/sample.ts'

const past = (number: number, version: string, status = 'complete'): Summary => ({
  ...{ number, project: project.name, version, kind: 'release', status, requester: 'ana', requestedAt: number },
  evidence: {},
})
const HISTORY = [past(4, '3.1.4+001', 'failed'), past(3, '3.1.3+002'), past(2, '3.1.3+001'), past(1, '3.1.2+001')]

test.each([
  ['nothing', undefined, '3.1.3+002'],
  ['a build', '3.1.3+001', '3.1.3+001'],
  ['X.Y.Z of the newest release, as people say it', '3.1.3', '3.1.3+002'],
  ['X.Y.Z of an older release', 'v3.1.2', '3.1.2+001'],
  ['X.Y.Z of what was started and never released', '3.1.4', '3.1.4'],
])('verify with %s looks at the release that is meant', async (_, version, expected) => {
  expect(await verified(version)).toBe(expected)
})

test('a release that failed after a rollback leaves in use what the rollback went back to', () => {
  const back = '3.1.2+001'
  const history = [
    { ...past(43, '3.1.4+001', 'rolled back'), back },
    { ...past(42, '3.1.3+001', 'rolled back'), kind: 'rollback' as const, back },
    past(41, '3.1.3+001'),
  ]
  const highest = { release: releaseOf('3.1.3', '001'), sources: ['the journal'] }
  expect(inUse(highest, history)).toMatchObject({ release: { full: back }, sources: ['the rollback #42'] })
  expect(inUse(highest, [{ ...past(43, '3.1.4+001', 'rolled back'), back: '3.1.3+001' }, past(41, '3.1.3+001')])).toBe(
    highest,
  )
})

test('a verification that could not look at everything is no clean pass, and names what it left out', () => {
  const row = { component: 'Git Repository', check: 'Version', expected: 'a', found: 'a', verdict: 'pass', command: '' }
  const leftOut = [{ component: 'AUR Live', check: 'Package Version' }]
  const card = verificationCard(project, releaseOf('3.1.3', '001'), { rows: [row], leftOut })
  expect(card.tone).toBe('neutral')
  expect(card.title).toContain('1 of 1 pass, 1 not looked at')
  expect(textOf(card)).toContain('Not looked at: AUR Live, Package Version.')
})

/** Which release the world was asked about. */
async function verified(version: string | undefined): Promise<string> {
  let asked = ''
  const options = {
    clock: { now: () => 0 },
    journal: { history: async () => HISTORY },
    world: {
      released: async () => ({ release: releaseOf('3.1.3', '002'), sources: [] }),
      verify: async (_: unknown, release: { readonly full: string }) => {
        asked = release.full
        return verificationCard(project, releaseOf('3.1.3'), { rows: [], leftOut: [] })
      },
    },
  } as unknown as DeskOptions
  const answer = await createDesk(options).verify(project, version)
  return isProblem(answer) ? answer.what : asked
}
