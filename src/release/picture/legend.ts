/** What the signs of the timeline mean, in as many lines as they need. */
import { type Shape, STRIPES } from './drawing.ts'
import { INK } from './ink.ts'
import { widthOf } from './letters.ts'
import { crossAt, line, point } from './strokes.ts'

const SIZE = 13
const SIGN = 26
const BETWEEN = 12
const GAP = 26
const LINE = 24

/** `expected`: what the frames are; `remarks` stand behind the signs. */
export function legendOf(
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  [expected, ...remarks]: readonly [string, ...string[]],
) {
  const entries: readonly Entry[] = [...SIGNS, [expected, framed], ...remarks.map((remark): Entry => [remark])]
  const shapes: Shape[] = []
  let [left, top] = [x, y]
  for (const [words, sign] of entries) {
    const wide = (sign === undefined ? 0 : SIGN + BETWEEN) + widthOf(words, SIZE)
    if (left > x && left + wide > x + width) [left, top] = [x, top + LINE]
    if (sign !== undefined) shapes.push(...sign(left, top + 8))
    const at = sign === undefined ? left : left + SIGN + BETWEEN
    shapes.push({ kind: 'text', x: at, y: top + 12, text: words, size: SIZE, fill: INK.faint, anchor: 'start' })
    left += wide + GAP
  }
  return { shapes, bottom: top + LINE }
}

type Entry = readonly [words: string, sign?: Sign]
type Sign = (x: number, middle: number) => readonly Shape[]

const filled =
  (fill: string): Sign =>
  (x, middle) => [{ kind: 'box', x, y: middle - 6, width: SIGN, height: 12, fill, radius: 2 }]

const framed: Sign = (x, middle) => [
  {
    kind: 'box',
    x,
    y: middle - 7,
    width: SIGN,
    height: 14,
    fill: 'none',
    stroke: INK.planned,
    dashed: true,
    radius: 2,
  },
]

const crossed: Sign = (x, middle) => [...filled(INK.failed)(x, middle), ...crossAt(x + SIGN, middle, INK.failed, 5)]

const drawn: Sign = (x, middle) => [line([point(x, middle), point(x + SIGN, middle)], INK.critical, 2)]

const SIGNS: readonly Entry[] = [
  ['ran', filled(INK.ran)],
  ['failed', crossed],
  ['fix or rollback', filled(INK.fix)],
  ['waited for a person', filled(STRIPES)],
  ['critical path', drawn],
]
