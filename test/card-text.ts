/** A card as a person reads it in a terminal of 80 columns without colour: what tests compare. */
import { PLAIN_LOOK, renderCard } from '../adapters/terminal/render.ts'
import type { Card } from '../src/release/card.ts'

export function textOf(card: Card): string {
  return renderCard(card, PLAIN_LOOK).join('\n')
}

/** The same on a screen so wide that no line of it is broken: for looking up words in it. */
export function wideTextOf(card: Card): string {
  return renderCard(card, { ...PLAIN_LOOK, width: 10_000 }).join('\n')
}
