/** The timeline of a deployment as a picture: each step planned and as it went, by phase, with waiting, failures, fixes and the critical path. */
import type { Picture } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { between } from '../report/view.ts'
import { estimate } from '../timeline.ts'
import { type Axis, axisOf, TICK_SIZE } from './axis.ts'
import { type Drawing, type Shape, svgOf } from './drawing.ts'
import { INK } from './ink.ts'
import { legendOf } from './legend.ts'
import { wrapped } from './letters.ts'
import { busyIn, haltsOf, lengthOf, type StepSpans, spansOf } from './spans.ts'
import { spent } from './spent.ts'
import { line, point } from './strokes.ts'
import { striped } from './timeline/bars.ts'
import { CHART, CHART_WIDTH, MARGIN, MINUTE, PLANNED, SIZE, SMALL, TOOK, WIDTH } from './timeline/measures.ts'
import { rowsOf } from './timeline/rows.ts'
import { stacked } from './timeline/stack.ts'
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
  const rows = rowsOf(weightiest(spans))
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

const AXIS_HEIGHT = 34
/** As many as a picture can hold that is still opened on a phone. */
const MOST_ROWS = 120

/** Where there are too many: what failed, then what the end waited for, then what took longest, in the order of the plan. */
function weightiest(spans: readonly StepSpans[]): readonly StepSpans[] {
  const weights = new Map(spans.map((each) => [each, weightOf(each)]))
  const kept = new Set(spans.toSorted((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0)).slice(0, MOST_ROWS))
  return spans.filter((each) => kept.has(each))
}

/** Lengths are below one and tell apart only what is alike. */
function weightOf(spans: StepSpans): number {
  const { critical, failures, ran } = spans
  const length = lengthOf(busyIn([spans]))
  return (failures.length > 0 || ran?.how === 'failed' ? 2 : 0) + (critical ? 1 : 0) + length / (length + MINUTE)
}

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
  const shapes = title.map((words, index) => text(MARGIN, 44 + index * 30, words, 24))
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
  return [
    ...axis.ticks.map(({ x }) => line([point(x, top), point(x, bottom)], INK.grid, 1)),
    ...axis.ticks.map((tick) => text(tick.x, top - 10, tick.text, TICK_SIZE, INK.faint, 'middle')),
  ]
}
