/** Who asked, pressed, overrode, locked, cancelled and was refused, from where: read from what is only ever appended to. */
import type { Actor } from './actor.ts'
import type { Event } from './event.ts'
import type { LockBook } from './lock.ts'
import type { Refusal } from './refusal.ts'

/** One thing that a person did. `at` is ms since the epoch. */
export interface AuditEntry {
  readonly at: number
  readonly actor: Actor
  /** What was done, as `approved aur-submit.1 of #42`. */
  readonly did: string
}

/** What people did to one deployment, in the order of its journal. */
export function auditOf(events: readonly Event[]): readonly AuditEntry[] {
  const [first] = events
  const number = first?.type === 'requested' ? first.number : 0
  return events.flatMap((event): AuditEntry[] => {
    const told = tell(event, `#${number}`)
    return told === undefined ? [] : [{ at: event.at, ...told }]
  })
}

/** Who locked and unlocked a project, oldest first. */
export function auditOfLocks(project: string, { changes = [] }: LockBook): readonly AuditEntry[] {
  return changes.map(({ at, by, did, reason }) => ({ at, actor: by, did: because(`${did} ${project}`, reason) }))
}

/** What somebody tried in vain. */
export function auditOfRefusal({ at, actor, tried, what, last }: Refusal): AuditEntry {
  const rest = last === undefined ? '' : ' (more of this account within a day is not written down)'
  return { at, actor, did: `was refused "${tried}": ${what}${rest}` }
}

type Told = Omit<AuditEntry, 'at'>

/** Undefined for what the machine did. */
function tell(event: Event, number: string): Told | undefined {
  switch (event.type) {
    case 'requested': {
      const { kind, project, release, requester, override } = event
      const asked = `asked for the ${kind} ${number}, ${project.name} ${release.full}`
      return { actor: requester, did: because(asked, override && `in a freeze, ${override.reason}`) }
    }
    case 'pressed':
      return { actor: event.actor, did: pressed(event, number) }
    case 'accepted':
      return { actor: event.actor, did: `accepted the fix ${event.offer} of ${number}` }
    default:
      return event.type in DID && 'actor' in event
        ? { actor: event.actor, did: `${DID[event.type as keyof typeof DID]} ${number}` }
        : undefined
  }
}

const DID = {
  joined: 'asked for what is under way as',
  retried: 'retried',
  cancelled: 'cancelled',
  freed: 'freed the slot of',
  'rollback-asked': 'asked for the rollback of',
  acknowledged: 'answered the emergency of',
} as const

function pressed({ choice, gate, reason, override }: Event & { readonly type: 'pressed' }, number: string): string {
  const DONE = { approve: 'approved', deny: 'denied', revoke: 'took back the approval of' }
  const what = `${DONE[choice]} ${gate} of ${number}`
  return because(override === undefined ? what : `${what} in place of others`, override ?? reason)
}

function because(did: string, reason: string | undefined): string {
  return reason === undefined ? did : `${did}: ${reason}`
}
