/** From times to places: a straight scale, but for long idle time, which is folded so that the work stays readable. */
import { widthOf } from './letters.ts'
import { merged, type Span } from './spans.ts'
import { spent } from './spent.ts'

export interface Fold extends Span {
  readonly x: number
  readonly width: number
}

export interface Axis {
  /** Pixels of a time; times outside lie on the edges. */
  readonly x: (at: number) => number
  /** Pixels of a ms of work. */
  readonly scale: number
  readonly folds: readonly Fold[]
  readonly ticks: readonly { readonly x: number; readonly text: string }[]
}

/** Idle time keeps at most this share of the work's length, all folds together at most twice that. */
const SHARE = 0.2
const TICK_PIXELS = 80
const MOST_TICKS = 500
/** The size of what stands at a tick. */
export const TICK_SIZE = 12

/** The axis of `whole` on the pixels from `left`, `width` wide; `busy`: when something ran. */
export function axisOf(whole: Span, busy: readonly Span[], left: number, width: number): Axis {
  const long = longIdle(whole, merged(busy))
  const idle = long.reduce((sum, { from, to }) => sum + to - from, 0)
  const work = Math.max(1, whole.to - whole.from - idle)
  const kept = long.length === 0 ? 0 : work * Math.min(SHARE, (2 * SHARE) / long.length)
  const scale = width / (work + kept * long.length)
  const x = (at: number) => {
    const time = Math.min(Math.max(at, whole.from), whole.to)
    const folded = long.reduce((sum, { from, to }) => {
      const within = Math.min(Math.max(time - from, 0), to - from)
      return sum + within - (within / (to - from)) * kept
    }, 0)
    return left + (time - whole.from - folded) * scale
  }
  const folds = long.map((span) => ({ ...span, x: x(span.from), width: kept * scale }))
  return { x, scale, folds, ticks: ticksOf(whole, x, scale, folds, left + width) }
}

/** Stretches without work that are longer than a share of all work. */
function longIdle({ from, to }: Span, busy: readonly Span[]): readonly Span[] {
  const work = busy.reduce((sum, each) => sum + each.to - each.from, 0)
  const edges = [from, ...busy.flatMap((each) => [each.from, each.to]), to]
  const idle = Array.from({ length: edges.length / 2 }, (_, index) => ({
    from: edges[2 * index] ?? from,
    to: edges[2 * index + 1] ?? to,
  }))
  return work === 0 ? [] : idle.filter((span) => span.to - span.from > SHARE * work)
}

/** How long each fold is, and round times between them where there is room. */
function ticksOf(whole: Span, x: Axis['x'], scale: number, folds: readonly Fold[], right: number): Axis['ticks'] {
  const step = NICE.find((each) => each * scale >= TICK_PIXELS) ?? NICE.at(-1) ?? 1
  const count = Math.min(MOST_TICKS, Math.floor((whole.to - whole.from) / step))
  const times = Array.from({ length: count + 1 }, (_, index) => index * step)
  const round = times.map((after) => ({ x: x(whole.from + after), text: after === 0 ? '0' : spent(after / 60_000) }))
  const middle = folds.map((fold) => ({
    x: fold.x + fold.width / 2,
    text: `+ ${spent((fold.to - fold.from) / 60_000)}`,
  }))
  const taken: { readonly x: number; readonly text: string }[] = []
  const halfOf = ({ text }: { readonly text: string }) => widthOf(text, TICK_SIZE) / 2 + 5
  for (const tick of [...middle, ...round]) {
    const isFree = taken.every((other) => Math.abs(other.x - tick.x) >= halfOf(other) + halfOf(tick))
    const isFolded = !middle.includes(tick) && folds.some((fold) => tick.x > fold.x && tick.x < fold.x + fold.width)
    if (isFree && !isFolded && tick.x <= right - halfOf(tick)) taken.push(tick)
  }
  return taken
}

/** Steps between ticks, ms. */
const NICE = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800].map(
  (seconds) => seconds * 1000,
)
