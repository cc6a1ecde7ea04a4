/** Texts of a drawing, in lines below each other. */
import type { Text } from './drawing.ts'
import { INK } from './ink.ts'

/** `y` is the baseline. */
export function text(
  x: number,
  y: number,
  words: string,
  size: number,
  fill: string = INK.text,
  anchor: Text['anchor'] = 'start',
): Text {
  return { kind: 'text', x, y, text: words, size, fill, anchor }
}
