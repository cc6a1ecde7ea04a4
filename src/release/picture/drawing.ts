/** A drawing: shapes with their places, and the SVG that they become. Its texts are of the fonts in `fonts/`. */
import { INK } from './ink.ts'
import { drawable } from './letters.ts'

export interface Box {
  readonly kind: 'box'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly fill: string
  readonly stroke?: string
  readonly dashed?: true
  readonly radius?: number
}

export interface Line {
  readonly kind: 'line'
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly stroke: string
  readonly width: number
  readonly dashed?: true
}

/** `y` is the baseline. */
export interface Text {
  readonly kind: 'text'
  readonly x: number
  readonly y: number
  readonly text: string
  readonly size: number
  readonly fill: string
  readonly anchor: 'start' | 'middle' | 'end'
}

export type Shape = Box | Line | Text

/** Pixels. Later shapes lie above earlier ones. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

/** The fill of time in which nothing ran: stripes, which are seen without colour too. */
export const STRIPES = 'url(#stripes)'
const FONT = 'M PLUS 1p'

/** The drawing on a ground of its own, so that it reads the same on light and dark. */
export function svgOf({ width, height, shapes }: Drawing): string {
  const ground = `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${INK.ground}" stroke="${INK.edge}"/>`
  const stripes = `<defs><pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="${INK.waitLight}"/><rect width="3" height="8" fill="${INK.wait}"/></pattern></defs>`
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${FONT}">${stripes}${ground}${shapes.map(shapeOf).join('')}</svg>`
}

function shapeOf(shape: Shape): string {
  if (shape.kind === 'text') return textOf(shape)
  return shape.kind === 'box' ? boxOf(shape) : lineOf(shape)
}

function boxOf({ x, y, width, height, fill, stroke, dashed, radius = 0 }: Box): string {
  const edge = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="1.5"${dashOf(dashed)}`
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" fill="${fill}"${edge}/>`
}

function lineOf({ points, stroke, width, dashed }: Line): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"${dashOf(dashed)}/>`
}

function dashOf(dashed = false): string {
  return dashed ? ' stroke-dasharray="4 3"' : ''
}

function textOf({ x, y, text, size, fill, anchor }: Text): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}">${escaped(text)}</text>`
}

/** Somebody else's text: it can neither end its element nor hold what XML refuses. */
function escaped(text: string): string {
  return drawable(text).replace(/[&<>"'\n\t]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}
