/** Everything that people did stands in the audit, with the account it came from; what the machine did does not. */
import { expect, test } from 'vitest'
import { auditOf } from '../../src/release/audit.ts'
import { auditCard } from '../../src/release/report/audit.ts'
import { wideTextOf } from '../card-text.ts'
import { ANA, BEN, drive, person, project } from './sample.ts'

test('a deployment tells who asked, pressed, took back, overrode and cancelled', () => {
  const configured = {
    ...project,
    approvals: { ...project.approvals, needed: 2 },
    access: { ...project.access, admin: ['team'] },
  }
  const hand = drive(configured)
  hand.start()
  hand.run()
  const gate = hand.now().gates[0]
  const press = (actor: typeof ANA, more: object) =>
    hand.send({ type: 'pressed', gate: gate?.id, digest: gate?.digest, choice: 'approve', actor, ...more } as never)
  press(person('UBEN', { platform: 'slack', name: 'Ben' }), {})
  press(BEN, { choice: 'revoke' })
  press(person('cleo'), { override: 'the sea is calm', at: (gate?.openedAt ?? 0) + 6 * 3_600_000 })
  hand.send({ type: 'cancelled', actor: ANA } as never)
  const entries = auditOf(hand.journal)
  expect(entries.map(({ actor, did }) => `${actor.platform} ${actor.account} ${did}`)).toEqual([
    'terminal ana asked for the release #42, harbour 3.1.3+001',
    'slack UBEN approved aur-submit.1 of #42',
    'terminal ben took back the approval of aur-submit.1 of #42',
    'terminal cleo approved aur-submit.1 of #42 in place of others: the sea is calm',
    'terminal ana cancelled #42',
  ])
  expect(wideTextOf(auditCard(entries, hand.time()))).toContain('UBEN on slack')
})
