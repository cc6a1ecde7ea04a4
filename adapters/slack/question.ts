/** What goes for a card that asks: it is shown in the channel, and what cannot be read whole cannot be approved. */
import type { Card } from '../../src/release/card.ts'
import type { Lacking } from './files.ts'

/** Whether an answer to it counts for a gate. */
export function asks({ buttons }: Card): boolean {
  return buttons.some(({ gate }) => gate !== undefined)
}

/** The card with what it lacks said first, and without the buttons that approve where it asks. */
export function askable(card: Card, lacking: Lacking): Card {
  if (lacking.length === 0) return card
  const rule = 'What cannot be read whole cannot be approved here; deny it, or answer at the machine.'
  const text = [`Not attached: ${lacking.join('; ')}.`, ...(asks(card) ? [rule] : [])].join(' ')
  const buttons = card.buttons.filter(({ gate, command }) => gate === undefined || !command.startsWith('approve'))
  return { ...card, buttons, sections: [{ kind: 'text', text }, ...card.sections] }
}
