/** The bars of the timeline: what ran, what was planned, what failed, and who was waited for. */
import type { PlannedStep } from '../../plan.ts'
import { expected } from '../../timeline.ts'
import type { Axis } from '../axis.ts'
import { type Shape, STRIPES } from '../drawing.ts'
import { INK } from '../ink.ts'
import type { Span, StepSpans } from '../spans.ts'
import { crossAt, point } from '../strokes.ts'
import { CHART, CHART_WIDTH, MINUTE } from './measures.ts'

export const BAR = 12
/** How far an open frame goes beyond its bar. */
const OPEN = 20

/** The attempt that counts, in the frame of what was planned. */
export function barOf(
  step: PlannedStep,
  ran: NonNullable<StepSpans['ran']>,
  axis: Axis,
  middle: number,
): readonly Shape[] {
  const planned = frameOf(axis.x(ran.from), axis.x(ran.to), expected(step) * MINUTE * axis.scale, middle)
  if (ran.how === 'failed') return [planned, ...failureOf(ran, axis, middle)]
  const fill = step.phase === 'troubleshoot' || step.phase === 'rollback' ? INK.fix : INK.ran
  return [planned, bar(ran, axis, middle, fill)]
}

/** Red, and crossed at its end. */
export function failureOf(span: Span, axis: Axis, middle: number): readonly Shape[] {
  return [bar(span, axis, middle, INK.failed), ...crossAt(axis.x(span.to), middle, INK.failed)]
}

/** Time in which people were waited for. */
export function striped({ from, to }: Span, axis: Axis, y: number, height: number): Shape {
  const x = axis.x(from)
  return { kind: 'box', x, y, width: Math.max(2, axis.x(to) - x), height, fill: STRIPES, radius: 2 }
}

/** What was planned lies behind, from where the step began; what does not fit into the chart stays open. */
function frameOf(from: number, end: number, width: number, middle: number): Shape {
  const [top, bottom, right] = [middle - BAR / 2 - 3, middle + BAR / 2 + 3, CHART + CHART_WIDTH]
  const look = { stroke: INK.planned, dashed: true } as const
  if (from + width <= right) {
    const size = { x: from, y: top, width: Math.max(2, width), height: bottom - top }
    return { kind: 'box', ...size, ...look, fill: 'none', radius: 2 }
  }
  const open = Math.min(right, end + OPEN)
  const points = [point(open, top), point(from, top), point(from, bottom), point(open, bottom)]
  return { kind: 'line', points, width: 1.5, ...look }
}

function bar({ from, to }: Span, axis: Axis, middle: number, fill: string): Shape {
  const x = axis.x(from)
  return { kind: 'box', x, y: middle - BAR / 2, width: Math.max(3, axis.x(to) - x), height: BAR, fill, radius: 2 }
}
