/** An emergency as the people on call read it: what state was found, what is left to do by hand, and how to say that one is on it. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { CALLS_EVERY } from '../machine/due.ts'
import { rolesToCall } from '../mentions.ts'
import { runbookOf } from '../runbook.ts'
import { afterRollback, rollbackState } from './rollback.ts'
import { between, clock, lasting, spelled, type View } from './view.ts'

/** Posted when a rollback did not end well; the commands stay when somebody has answered. */
export function emergencyCard(deployment: Deployment, view: View): Card | undefined {
  const { number, project, emergency, requestedAt } = deployment
  if (emergency === undefined) return undefined
  const { answered } = emergency
  const { verify, unlock } = afterRollback(deployment, view)
  const who = answered && `Answered by ${answered.actor.name}, ${clock(answered.at, requestedAt, view)}.`
  const state = answered === undefined ? 'needs people now' : 'has somebody on it'
  return {
    title: `#${number}: ${project.title} ${state}, its rollback did not end well`,
    tone: answered === undefined ? 'bad' : 'neutral',
    sections: [
      text(
        who ??
          `${project.title} is locked. People on call are called every ${lasting(between(0, CALLS_EVERY))} until one answers.`,
      ),
      ...found(deployment),
      ...rollbackState(deployment),
      ...runbook(deployment),
      text(`${verify} tells when it is over; then ${unlock} lets releases go on.`),
    ],
    buttons: answered === undefined ? [acknowledgeButton(number)] : [],
    files: [],
    mentions: rolesToCall(project, project.onCall),
  }
}

/** What the last look from outside found of what should be back. */
function found({ steps }: Deployment): readonly Section[] {
  const { details = [] } = steps['rollback.verify']?.problem ?? {}
  return details.length === 0 ? [] : [{ kind: 'list', title: 'What is not back, seen from outside', items: details }]
}

/** One call after the first card, while nobody has answered; afterwards who has. */
export function callCard(deployment: Deployment, count: number, view: View): Card {
  const { number, project, emergency, requestedAt } = deployment
  const { answered } = emergency ?? {}
  if (answered !== undefined) {
    const title = `#${number}: answered by ${answered.actor.name}, ${clock(answered.at, requestedAt, view)}`
    return { title, tone: 'neutral', sections: [text('Nobody is called any more.')], buttons: [], files: [] }
  }
  return {
    title: `#${number}: ${project.title} still needs people, nobody has answered for ${between(0, count * CALLS_EVERY)} min`,
    tone: 'bad',
    sections: [
      text('What is left to do by hand is on the card above.'),
      { kind: 'code', text: spelled(view, `acknowledge #${number}`), copy: true },
    ],
    buttons: [acknowledgeButton(number)],
    files: [],
    mentions: rolesToCall(project, project.onCall),
  }
}

/** Exact commands for what is left, one block a component; the team's own runbook is named first. */
function runbook(deployment: Deployment): readonly Section[] {
  const own = deployment.project.runbook
  const blocks = runbookOf(deployment)
  return [
    ...(own === undefined ? [] : [text(`The runbook of the team: ${own}`)]),
    ...blocks.map(({ title, commands }): Section => ({ kind: 'code', title, text: commands.join('\n'), copy: true })),
  ]
}

function acknowledgeButton(number: number) {
  return { label: 'I am on it', style: 'primary', command: `acknowledge #${number}` } as const
}

function text(words: string): Section {
  return { kind: 'text', text: words }
}
