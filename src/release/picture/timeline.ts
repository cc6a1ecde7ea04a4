/** The timeline of a deployment as a picture: each step planned and as it went, by phase, with waiting, failures, fixes and the critical path. */
import type { Picture } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { PHASES, RECOVERY_PHASES } from '../plan.ts'
import { between } from '../report/view.ts'
import { estimate, expected } from '../timeline.ts'
import { type Axis, axisOf, TICK_SIZE } from './axis.ts'
import { type Drawing, type Shape, STRIPES, svgOf } from './drawing.ts'
import { INK } from './ink.ts'
import { legendOf } from './legend.ts'
import { wrapped } from './letters.ts'
import { busyIn, haltsOf, lengthOf, type Span, type StepSpans, spansOf } from './spans.ts'
import { spent } from './spent.ts'
import { text } from './words.ts'

/** The file that goes with a card. `now` is ms since the epoch. */
export function timelinePicture(deployment: Deployment, now: number): Picture {
  const { project, number } = deployment
  return { name: `timeline-${project.name}-${number}.png`, svg: () => svgOf(timelineDrawing(deployment, now)) }
}

/** All shapes of the timeline; nothing of it is cut off, and no two texts overlap. */
export function timelineDrawing(deployment: Deployment, now: number): Drawing {
  const until = deployment.endedAt ?? now
  const whole = { from: deployment.startedAt ?? until, to: until }
  const spans = spansOf(deployment, until).filter(
    ({ step }) => deployment.kind === 'release' || step.id in deployment.steps,
  )
  const rows = rowsOf(spans.slice(0, MOST_ROWS))
  const busy = busyIn(spans)
  const axis = axisOf(whole, busy, CHART, CHART_WIDTH)
  const head = headOf(deployment, spans, until)
  const top = head.height + AXIS_HEIGHT
  const { shapes, bottom } = stacked(rows, top, axis)
  const more = spans.length - MOST_ROWS
  const legend = legendOf({ x: MARGIN, y: bottom + 18, width: WIDTH - 2 * MARGIN }, [
    expectation(spans),
    ...(more > 0 ? [`and ${more} more steps`] : []),
  ])
  return {
    width: WIDTH,
    height: legend.bottom + 16,
    shapes: [
      ...head.shapes,
      ...columnHeads(spans, top),
      ...haltsOf(deployment, until).map((halt) => striped(halt, axis, top, bottom - top)),
      ...gridOf(axis, top, bottom),
      ...shapes,
      ...legend.shapes,
    ],
  }
}

const WIDTH = 1200
const MARGIN = 24
const LABEL_WIDTH = 300
const CHART = 340
const CHART_WIDTH = 620
const TOOK = 1070
const PLANNED = WIDTH - MARGIN
const AXIS_HEIGHT = 34
const BAND_HEIGHT = 28
const LINE = 19
const SMALL_LINE = 16
const SIZE = 15
const SMALL = 12
const BAR = 12
/** How far an open frame goes beyond its bar. */
const OPEN = 20
/** As many as a picture can hold that is still opened on a phone. */
const MOST_ROWS = 120

type Row =
  | { readonly kind: 'phase'; readonly title: string; readonly took: number; readonly height: number }
  | {
      readonly kind: 'step'
      readonly spans: StepSpans
      readonly lines: readonly string[]
      readonly remarks: readonly string[]
      readonly height: number
    }

/** The steps under their phases; a phase without one is left out. */
function rowsOf(spans: readonly StepSpans[]): readonly Row[] {
  return [...PHASES, ...RECOVERY_PHASES].flatMap(({ name, title }): Row[] => {
    const own = spans.filter(({ step }) => step.phase === name)
    if (own.length === 0) return []
    const took = lengthOf(busyIn(own))
    return [{ kind: 'phase', title, took, height: BAND_HEIGHT }, ...own.map(stepRow)]
  })
}

function stepRow(spans: StepSpans): Row {
  const lines = wrapped(spans.step.title, LABEL_WIDTH, SIZE)
  const remarks = remarksOf(spans).flatMap((remark) => wrapped(remark, LABEL_WIDTH, SMALL))
  return { kind: 'step', spans, lines, remarks, height: lines.length * LINE + remarks.length * SMALL_LINE + 8 }
}

function remarksOf({ waits, failures, ran }: StepSpans): readonly string[] {
  const failed = failures.length + (ran?.how === 'failed' ? 1 : 0)
  const waited = lengthOf(waits)
  return [
    ...(waited > 0 ? [`waited ${spent(waited / MINUTE)} for an answer`] : []),
    ...(failed > 0 ? [`failed ${failed === 1 ? 'once' : `${failed} times`}`] : []),
  ]
}

const MINUTE = 60_000

/** Title, and one sentence on where the time went. */
function headOf(deployment: Deployment, spans: readonly StepSpans[], until: number) {
  const { number, project, release, status, startedAt = until } = deployment
  const waited = lengthOf([...spans.flatMap(({ waits }) => waits), ...haltsOf(deployment, until)])
  const planned = estimate(deployment.plan, {}, until).totalMinutes
  const isLearned = expectation(spans) === 'usual'
  const title = wrapped(`#${number}: ${project.title} ${release.full}, ${status}`, WIDTH - 2 * MARGIN, 24, 2)
  const told = [
    `Took ${spent(between(startedAt, until))}`,
    ...(waited > 0 ? [`${spent(waited / MINUTE)} of it waiting for people`] : []),
    `${isLearned ? 'usually' : 'planned'} ${spent(planned)}${waited > 0 ? ' without them' : ''}`,
  ].join(', ')
  const shapes = title.map((line, index) => text(MARGIN, 44 + index * 30, line, 24))
  const below = 44 + title.length * 30
  return { shapes: [...shapes, text(MARGIN, below, `${told}.`, SIZE, INK.faint)], height: below + 14 }
}

/** What the steps are held against. */
function expectation(spans: readonly StepSpans[]): 'usual' | 'planned' {
  return spans.some(({ step }) => step.usual !== undefined) ? 'usual' : 'planned'
}

function columnHeads(spans: readonly StepSpans[], top: number): readonly Shape[] {
  return [
    text(TOOK, top - 10, 'took', SMALL, INK.faint, 'end'),
    text(PLANNED, top - 10, expectation(spans), SMALL, INK.faint, 'end'),
  ]
}

function gridOf(axis: Axis, top: number, bottom: number): readonly Shape[] {
  const lines = axis.ticks.map(
    ({ x }): Shape => ({
      kind: 'line',
      points: [
        [x, top],
        [x, bottom],
      ],
      stroke: INK.grid,
      width: 1,
    }),
  )
  return [...lines, ...axis.ticks.map((tick) => text(tick.x, top - 10, tick.text, TICK_SIZE, INK.faint, 'middle'))]
}

/** The rows one below the other, and the critical path over all of them. */
function stacked(rows: readonly Row[], top: number, axis: Axis) {
  let y = top
  const shapes: Shape[] = []
  const way: { readonly span: Span; readonly y: number }[] = []
  for (const row of rows) {
    shapes.push(...(row.kind === 'phase' ? bandOf(row, y) : stepOf(row, y, axis)))
    if (row.kind === 'step' && row.spans.critical && row.spans.ran !== undefined)
      way.push({ span: row.spans.ran, y: y + row.height / 2 })
    y += row.height
  }
  const inOrder = way.toSorted((a, b) => a.span.to - b.span.to)
  const points = inOrder.flatMap(({ span, y: at }, index) => {
    const before = inOrder[index - 1]
    const down = before === undefined ? [] : [[axis.x(before.span.to), at] as const]
    return [...down, [axis.x(span.from), at] as const, [axis.x(span.to), at] as const]
  })
  if (points.length > 0) shapes.push({ kind: 'line', points, stroke: INK.critical, width: 2 })
  return { shapes, bottom: y }
}

function bandOf({ title, took }: Row & { readonly kind: 'phase' }, y: number): readonly Shape[] {
  return [
    { kind: 'box', x: 12, y: y + 2, width: WIDTH - 24, height: BAND_HEIGHT - 4, fill: INK.band, radius: 4 },
    text(MARGIN, y + 19, title, 14),
    ...(took > 0 ? [text(TOOK, y + 19, spent(took / MINUTE), 14, INK.text, 'end')] : []),
  ]
}

function stepOf(
  { spans, lines, remarks, height }: Row & { readonly kind: 'step' },
  y: number,
  axis: Axis,
): readonly Shape[] {
  const middle = y + height / 2
  const { ran, step } = spans
  const remarksAt = y + lines.length * LINE + 4
  return [
    ...lines.map((line, index) => text(MARGIN, y + 18 + index * LINE, line, SIZE)),
    ...remarks.map((line, index) => text(MARGIN, remarksAt + 12 + index * SMALL_LINE, line, SMALL, INK.faint)),
    ...spans.waits.map((wait) => striped(wait, axis, middle - BAR / 2, BAR)),
    ...spans.failures.flatMap((failure) => failureOf(failure, axis, middle)),
    ...(ran === undefined ? [] : barOf(spans, ran, axis, middle)),
    text(TOOK, middle + 5, ran === undefined ? NOT_BEGUN : spent(between(ran.from, ran.to)), SIZE, INK.text, 'end'),
    text(PLANNED, middle + 5, spent(expected(step)), SIZE, INK.faint, 'end'),
  ]
}

const NOT_BEGUN = '-'

function barOf({ step }: StepSpans, ran: NonNullable<StepSpans['ran']>, axis: Axis, middle: number): readonly Shape[] {
  const planned = frameOf(axis.x(ran.from), axis.x(ran.to), expected(step) * MINUTE * axis.scale, middle)
  if (ran.how === 'failed') return [planned, ...failureOf(ran, axis, middle)]
  const fill = step.phase === 'troubleshoot' || step.phase === 'rollback' ? INK.fix : INK.ran
  return [planned, bar(ran, axis, middle, fill)]
}

/** What was planned lies behind, from where the step began; what does not fit into the chart stays open. */
function frameOf(from: number, end: number, width: number, middle: number): Shape {
  const [top, bottom, right] = [middle - BAR / 2 - 3, middle + BAR / 2 + 3, CHART + CHART_WIDTH]
  if (from + width <= right)
    return {
      kind: 'box',
      ...{ x: from, y: top, width: Math.max(2, width), height: bottom - top },
      ...{ fill: 'none', stroke: INK.planned, dashed: true, radius: 2 },
    }
  const open = Math.min(right, end + OPEN)
  const points = [[open, top] as const, [from, top] as const, [from, bottom] as const, [open, bottom] as const]
  return { kind: 'line', points, stroke: INK.planned, width: 1 }
}

/** Red, and crossed at its end: seen without colour too. */
function failureOf(span: Span, axis: Axis, middle: number): readonly Shape[] {
  const x = axis.x(span.to)
  const stroke = INK.failed
  return [
    bar(span, axis, middle, INK.failed),
    {
      kind: 'line',
      points: [
        [x - 6, middle - 9],
        [x + 6, middle + 9],
      ],
      stroke,
      width: 3,
    },
    {
      kind: 'line',
      points: [
        [x - 6, middle + 9],
        [x + 6, middle - 9],
      ],
      stroke,
      width: 3,
    },
  ]
}

function bar({ from, to }: Span, axis: Axis, middle: number, fill: string): Shape {
  const x = axis.x(from)
  return { kind: 'box', x, y: middle - BAR / 2, width: Math.max(3, axis.x(to) - x), height: BAR, fill, radius: 2 }
}

function striped({ from, to }: Span, axis: Axis, y: number, height: number): Shape {
  const x = axis.x(from)
  return { kind: 'box', x, y, width: Math.max(2, axis.x(to) - x), height, fill: STRIPES, radius: 2 }
}
