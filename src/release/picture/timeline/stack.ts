/** The rows of the timeline as shapes, one below the other, with the critical path over all of them. */
import { between } from '../../report/view.ts'
import { expected } from '../../timeline.ts'
import type { Axis } from '../axis.ts'
import type { Shape } from '../drawing.ts'
import { INK } from '../ink.ts'
import type { Span } from '../spans.ts'
import { spent } from '../spent.ts'
import { line, point } from '../strokes.ts'
import { text } from '../words.ts'
import { BAR, barOf, failureOf, striped } from './bars.ts'
import { BAND_HEIGHT, LINE, MARGIN, MINUTE, PLANNED, SIZE, SMALL, SMALL_LINE, TOOK, WIDTH } from './measures.ts'
import type { PhaseRow, Row, StepRow } from './rows.ts'

export function stacked(rows: readonly Row[], top: number, axis: Axis) {
  let y = top
  const shapes: Shape[] = []
  const way: OnTheWay[] = []
  for (const row of rows) {
    shapes.push(...(row.kind === 'phase' ? bandOf(row, y) : stepOf(row, y, axis)))
    if (row.kind === 'step' && row.spans.critical && row.spans.ran !== undefined)
      way.push({ span: row.spans.ran, y: y + row.height / 2 })
    y += row.height
  }
  return { shapes: [...shapes, ...wayOf(way, axis)], bottom: y }
}

interface OnTheWay {
  readonly span: Span
  readonly y: number
}

/** Along each step, and down to the next at the moment when it could begin. */
function wayOf(way: readonly OnTheWay[], axis: Axis): readonly Shape[] {
  const inOrder = way.toSorted((a, b) => a.span.to - b.span.to)
  const points = inOrder.flatMap(({ span, y }, index) => {
    const before = inOrder[index - 1]
    const down = before === undefined ? [] : [point(axis.x(before.span.to), y)]
    return [...down, point(axis.x(span.from), y), point(axis.x(span.to), y)]
  })
  return points.length === 0 ? [] : [line(points, INK.critical, 2)]
}

function bandOf({ title, took }: PhaseRow, y: number): readonly Shape[] {
  return [
    { kind: 'box', x: 12, y: y + 2, width: WIDTH - 24, height: BAND_HEIGHT - 4, fill: INK.band, radius: 4 },
    text(MARGIN, y + 19, title, 14),
    ...(took > 0 ? [text(TOOK, y + 19, spent(took / MINUTE), 14, INK.text, 'end')] : []),
  ]
}

function stepOf({ spans, lines, remarks, height }: StepRow, y: number, axis: Axis): readonly Shape[] {
  const middle = y + height / 2
  const { ran, step } = spans
  const remarksAt = y + lines.length * LINE + 4
  return [
    ...lines.map((each, index) => text(MARGIN, y + 18 + index * LINE, each, SIZE)),
    ...remarks.map((each, index) => text(MARGIN, remarksAt + 12 + index * SMALL_LINE, each, SMALL, INK.faint)),
    ...spans.waits.map((wait) => striped(wait, axis, middle - BAR / 2, BAR)),
    ...spans.failures.flatMap((failure) => failureOf(failure, axis, middle)),
    ...(ran === undefined ? [] : barOf(step, ran, axis, middle)),
    text(TOOK, middle + 5, ran === undefined ? NOT_BEGUN : spent(between(ran.from, ran.to)), SIZE, INK.text, 'end'),
    text(PLANNED, middle + 5, spent(expected(step)), SIZE, INK.faint, 'end'),
  ]
}

const NOT_BEGUN = '-'
