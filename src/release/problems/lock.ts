/** Refusals of what a lock or the freeze calendar keeps back, and of lifting a lock. */
import type { Wording } from './wording.ts'

export const LOCK = {
  'lock.locked': {
    what: '{project} is locked.',
    why: '{lock}. Nothing new is deployed until it is unlocked.',
    remedy: 'You are told here when it is free. To free it, {unlocks} sends this.',
    copy: 'unlock {id}',
  },
  'lock.already': {
    what: '{project} is locked already.',
    why: '{lock}. Nothing was changed.',
    remedy: 'To put another lock in its place, {unlocks} lifts this one first.',
    copy: 'unlock {id}',
  },
  'lock.none': {
    what: '{project} is not locked.',
    why: 'No lock stands, so nothing was changed.',
    remedy: 'Deploy as usual.',
    copy: 'status',
  },
  'lock.other': {
    what: '{named} is not the lock of {project} that stands now.',
    why: '{lock}. An unlock lifts only the lock that was seen, so nothing was changed.',
    remedy: 'If this lock is to be lifted, {unlocks} sends this.',
    copy: 'unlock {id}',
  },
  'lock.not-yours': {
    what: '{name} may not unlock {project}.',
    why: '{holder} locked it, and only {holder} or an admin lifts it. This account is {account} on {platform}.',
    remedy: 'Ask one of {others}.',
  },
  'lock.needs-approver': {
    what: '{name} may not unlock {project}.',
    why: 'The rollback of #{rollback} locked it, and only an approver lifts that. This account is {account} on {platform}.',
    remedy: 'Ask one of {others}.',
  },
  'lock.frozen': {
    what: '{project} is frozen {until}.',
    why: 'The freeze calendar in slipway.yaml says: {rule}. Nothing new is deployed then.',
    remedy: 'Send it again after that. If it cannot wait, an admin sends this with the reason, which goes on record.',
    copy: '{copy}',
  },
} as const satisfies Record<string, Wording>
