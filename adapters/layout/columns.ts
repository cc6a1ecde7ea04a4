/** Text in columns of one width each, where a Japanese letter takes two: what is too wide is wrapped inside its cell. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

export type Cells = readonly string[]

const GAP = '  '
const NARROWEST = 6

/** The width of each column: as wide as its cells, together at most `width` where that can be. */
export function columnWidths(rows: readonly Cells[], width: number): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) => Math.min(width, widest(rows, column)))
  const room = width - GAP.length * (columns - 1)
  // The widest column gives, until all fit or none can give more.
  while (widths.reduce((total, each) => total + each, 0) > room && Math.max(...widths) > NARROWEST) {
    const largest = widths.indexOf(Math.max(...widths))
    widths[largest] = (widths[largest] ?? 0) - 1
  }
  return widths
}

/** One row as lines, as many as its highest cell has. */
export function rowLines(row: Cells, widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => wrapped(row[column] ?? '', width))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    aligned(
      cells.map((lines) => lines[line] ?? ''),
      widths,
    ),
  )
}

/** Cells of one line each, side by side. */
export function aligned(cells: Cells, widths: readonly number[]): string {
  return widths
    .map((width, column) => padded(cells[column] ?? '', width))
    .join(GAP)
    .trimEnd()
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** How many columns of a fixed-width font a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** The first letters that fit, the last of them `…` where some do not. */
export function shortened(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${fitting([...text], width - 1).join('')}…`
}

/** The first letters that fit. Counted one by one and no further: a pasted line is long, and drawn at every letter. */
export function fitting(letters: readonly string[], room: number): string[] {
  let left = room
  const rest = letters.findIndex((letter) => {
    left -= widthOf(letter)
    return left < 0
  })
  return letters.slice(0, rest === -1 ? letters.length : rest)
}

/** Wraps at words, and inside a word that is longer than a line. Most texts fit, and wrapping costs ten times what looking does. */
export function wrapped(text: string, width: number): readonly string[] {
  return fits(text, width) ? [text] : wrapAnsi(text, Math.max(1, width), { hard: true }).split('\n')
}

/**
 * Wraps at words, too, but leaves a path or an address that is longer than a line whole: a terminal folds it by itself and copies
 * it in one piece. `trim: false` keeps every space, as code needs it.
 */
export function flowed(text: string, width: number, trim = true): readonly string[] {
  if (fits(text, width)) return [text]
  const wrap = (part: string, hard: boolean) => wrapAnsi(part, Math.max(1, width), { hard, trim }).split('\n')
  const isWhole = (line: string) => widthOf(line) <= width || line.includes('/')
  return wrap(text, false).flatMap((line) => (isWhole(line) ? [line] : wrap(line, true)))
}

/** Surely, and told without counting: plain letters with no space to trim. */
function fits(text: string, width: number): boolean {
  return text.length <= width && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

function widest(rows: readonly Cells[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, ...(row[column] ?? '').split('\n').map(widthOf)), 1)
}
