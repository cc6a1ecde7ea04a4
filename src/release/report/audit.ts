/** The audit as people read it: when, who, from where, what. */
import type { AuditEntry } from '../audit.ts'
import type { Card } from '../card.ts'
import { clock, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** The newest first, as they are handed in. */
export function auditCard(entries: readonly AuditEntry[], now: number, view: View = {}): Card {
  const rows = entries.map(({ at, actor, did }) => [
    clock(at, now, view),
    actor.name,
    `${actor.account} on ${actor.platform}`,
    did,
  ])
  return visibleCard({
    title: rows.length === 0 ? 'Nobody has done anything yet' : 'Who did what',
    tone: 'neutral',
    sections: rows.length === 0 ? [] : [{ kind: 'table', head: ['When', 'Who', 'Account', 'What'], rows }],
    buttons: [],
    files: [],
  })
}
