/** After an outage: what was open meanwhile is asked again, so that whoever pressed in vain learns it. */
import type { Card } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import type { Gate } from '../gate.ts'
import { gateCard } from './gate.ts'
import { clock, type View } from './view.ts'

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * One post for each outage while the gate was open, under a key that holds its times: those that were posted go on being shown, as
 * the messages of the deployment say, and end as the gate does. `kind`: what the keys begin with.
 */
export function missedPosts(
  deployment: Deployment,
  gate: Gate,
  view: View,
  kind = 'missed',
): readonly { readonly key: string; readonly card: Card }[] {
  const begins = `${kind}:${gate.id}:`
  const fresh = gate.status === 'open' ? (view.missed ?? []).filter(({ to }) => to > gate.openedAt) : []
  const keys = new Set([...postedBefore(deployment, begins), ...fresh.map(({ from, to }) => `${begins}${from}-${to}`)])
  return [...keys].map((key) => ({ key, card: askedAgain(deployment, gate, spanOf(key), view) }))
}

function askedAgain(deployment: Deployment, gate: Gate, { from, to }: Span, view: View): Card {
  const card = gateCard(deployment, gate, view)
  if (gate.status !== 'open') return card
  const since = clock(Math.max(from, gate.openedAt), gate.openedAt, view)
  const text = `Asked again: presses between ${since} and ${clock(to, gate.openedAt, view)} did not reach Slipway.`
  return { ...card, sections: [{ kind: 'text', text }, ...card.sections] }
}

function postedBefore({ messages, number }: Deployment, begins: string): readonly string[] {
  const prefix = `${number}/`
  return Object.keys(messages)
    .filter((key) => key.startsWith(`${prefix}${begins}`))
    .map((key) => key.slice(prefix.length))
}

function spanOf(key: string): Span {
  const [from = '', to = ''] = key.slice(key.lastIndexOf(':') + 1).split('-')
  return { from: Number(from), to: Number(to) }
}
