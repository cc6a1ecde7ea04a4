/** Lines of a drawing, and the crosses that are made of them. */
import type { Line, Shape } from './drawing.ts'

export function line(points: Line['points'], stroke: string, width: number): Line {
  return { kind: 'line', points, stroke, width }
}

/** Seen without colour too: over the end of what failed. `reach`: pixels to each side. */
export function crossAt(x: number, middle: number, stroke: string, reach = 6): readonly Shape[] {
  const [left, right, top, bottom] = [x - reach, x + reach, middle - reach * 1.5, middle + reach * 1.5]
  return [
    line([point(left, top), point(right, bottom)], stroke, 3),
    line([point(left, bottom), point(right, top)], stroke, 3),
  ]
}

/** A point, in pixels. */
export function point(x: number, y: number): readonly [number, number] {
  return [x, y]
}
