/** A journal that also tells the log of each event, once it is on the disk: what a machine's own log shows of a release. */
import type { Journal } from '../ports/journal.ts'
import type { Event } from '../release/event.ts'
import type { Log } from '../release/log-level.ts'

export function loggedJournal(journal: Journal, log: Log): Journal {
  return {
    ...journal,
    append: async (number, events) => {
      await journal.append(number, events)
      for (const event of events) log(`#${number} ${told(event)}`, 'debug')
    },
  }
}

/** In one line: what it is, what it is about, who did it, and what failed. */
function told(event: Event): string {
  return [event.type, aboutOf(event), byOf(event), failureOf(event)].filter((part) => part !== undefined).join(' ')
}

function aboutOf(event: Event): string | undefined {
  if ('step' in event) return event.step
  if (event.type === 'pressed') return `${event.choice} ${event.gate}`
  if (event.type === 'requested') return `${event.kind} ${event.project.name} ${event.release.full}`
  return event.type === 'posted' ? event.key : undefined
}

function byOf(event: Event): string | undefined {
  const actor = 'actor' in event ? event.actor : event.type === 'requested' ? event.requester : undefined
  return actor && `by ${actor.account} on ${actor.platform}`
}

function failureOf(event: Event): string | undefined {
  if (event.type !== 'settled' || event.outcome.ok) return undefined
  return 'problem' in event.outcome ? event.outcome.problem.code : 'content changed'
}
