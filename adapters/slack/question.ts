/** What goes for a card that asks: it is shown in the channel, and what cannot be read whole cannot be approved. */
import type { Button, Card, CardFile } from '../../src/release/card.ts'
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
  return { ...card, buttons: card.buttons.filter(isHarmless), sections: [{ kind: 'text', text }, ...card.sections] }
}

/** The card while its files are on their way; what it asks stays first, since that is what calls people. */
export function askableLater(card: Card, files: readonly CardFile[]): Card {
  if (files.length === 0) return card
  const text = `It can be approved as soon as it can be read below: ${files.map(({ name }) => name).join(', ')}.`
  return { ...card, buttons: card.buttons.filter(isHarmless), sections: [...card.sections, { kind: 'text', text }] }
}

function isHarmless({ gate, command }: Button): boolean {
  return gate === undefined || !command.startsWith('approve')
}
