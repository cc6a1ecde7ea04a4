/** A card as a person reads it in a terminal of 80 columns without colour: what tests compare. */
import { PLAIN_LOOK, renderCard } from '../adapters/terminal/render.ts'
import type { Card } from '../src/release/card.ts'

export function textOf(card: Card): string {
  return renderCard(card, PLAIN_LOOK).join('\n')
}
