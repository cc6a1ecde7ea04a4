/** The last deployments as a picture: how long each ran, and how it ended. */
import type { Picture } from '../card.ts'
import { median } from '../learned.ts'
import type { PastDeployment } from '../report/status.ts'
import { between } from '../report/view.ts'
import { type Drawing, type Shape, svgOf } from './drawing.ts'
import { INK } from './ink.ts'
import { wrapped } from './letters.ts'
import { spent } from './spent.ts'
import { crossAt, line, point } from './strokes.ts'
import { text } from './words.ts'

/** As many as are drawn. */
const DRAWN = 30
const WIDTH = 1100
const MARGIN = 24
const LABEL_WIDTH = 330
const BARS = 370
const BAR_WIDTH = 430
const SIZE = 15
const LINE = 19
const TOP = 92
/** Times the median; a longer bar is broken. */
const LONGEST = 4

/** The file that goes with the history: the newest on top. */
export function historyPicture(past: readonly PastDeployment[]): Picture {
  const [newest] = past
  return { name: `history-${newest?.number ?? 0}.png`, svg: () => svgOf(historyDrawing(past)) }
}

export function historyDrawing(past: readonly PastDeployment[]): Drawing {
  const drawn = past.slice(0, DRAWN)
  const longest = scaleOf(drawn.map(minutesOf))
  let y = TOP
  const shapes = drawn.flatMap((each) => {
    const { shapes, height } = rowOf(each, y, longest)
    y += height
    return shapes
  })
  const head = [
    text(MARGIN, 44, `The last ${drawn.length} deployments`, 24),
    text(MARGIN, 72, 'How long each ran, without the time people took to answer.', SIZE, INK.faint),
  ]
  return { width: WIDTH, height: y + 20, shapes: [...head, ...shapes] }
}

/** Minutes of the longest bar: one release that took a day must not hide how the others differ. */
function scaleOf(minutes: readonly number[]): number {
  const usual = median(minutes.toSorted((a, b) => a - b))
  return Math.max(1 / 60, Math.min(Math.max(...minutes), LONGEST * usual))
}

/** What was remembered before it was known counts from the request to the end. */
function minutesOf({ worked, requestedAt, endedAt = requestedAt }: PastDeployment): number {
  return worked ?? between(requestedAt, endedAt)
}

function rowOf(past: PastDeployment, y: number, longest: number) {
  const { number, project, version, status } = past
  const minutes = minutesOf(past)
  const lines = wrapped(`#${number} ${project} ${version}`, LABEL_WIDTH, SIZE)
  const height = lines.length * LINE + 10
  const middle = y + height / 2
  const width = Math.max(3, Math.min(1, minutes / longest) * BAR_WIDTH)
  const fill = FILLS[status] ?? INK.failed
  const shapes: readonly Shape[] = [
    ...lines.map((line, index) => text(MARGIN, y + 19 + index * LINE, line, SIZE)),
    { kind: 'box', x: BARS, y: middle - 7, width, height: 14, fill, radius: 2 },
    ...(minutes > longest ? [broken(BARS + width - 40, middle)] : []),
    ...(status === 'complete' ? [] : crossAt(BARS + width, middle, fill)),
    text(BARS + BAR_WIDTH + 20, middle + 5, `${spent(minutes)}, ${status}`, SIZE),
  ]
  return { shapes, height }
}

/** What somebody ended before its end is no failure. */
const FILLS: Readonly<Record<string, string>> = {
  complete: INK.good,
  'rolled back': INK.fix,
  cancelled: INK.planned,
  denied: INK.planned,
}

/** A bar that is longer than it is drawn. */
function broken(x: number, middle: number): Shape {
  return line([point(x, middle + 10), point(x + 10, middle - 10)], INK.ground, 5)
}
