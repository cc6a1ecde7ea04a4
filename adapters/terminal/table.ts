/** Tables that fit: columns as wide as they need, and what is too wide is wrapped inside its cell. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

const GAP = '  '
const NARROWEST = 6

/** Lines of a table, at most `width` columns wide where that can be; the first one is the head. */
export function tableLines(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const wanted = Array.from({ length: columns }, (_, column) => widest(rows, column))
  const widths = narrowed(wanted, width - GAP.length * (columns - 1))
  return rows.flatMap((row) => rowLines(row, widths))
}

/** Pads to a width in terminal columns, where a Japanese letter takes two. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

/** How many terminal columns a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** Wraps at words, and inside a word that is longer than a line. */
export function wrapped(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split('\n')
}

/** Wraps a line of code at the edge, keeping every space. */
export function folded(line: string, width: number): readonly string[] {
  return wrapAnsi(line, Math.max(1, width), { hard: true, wordWrap: false, trim: false }).split('\n')
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(0, ...rows.flatMap((row) => (row[column] ?? '').split('\n')).map((line) => stringWidth(line)))
}

/** The widest column gives, until all fit or none can give more. */
function narrowed(wanted: readonly number[], width: number): readonly number[] {
  const widths = [...wanted]
  const sum = () => widths.reduce((total, each) => total + each, 0)
  while (sum() > width && Math.max(...widths) > NARROWEST) {
    const largest = widths.indexOf(Math.max(...widths))
    widths[largest] = (widths[largest] ?? 0) - 1
  }
  return widths
}

function rowLines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => wrapped(row[column] ?? '', width))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => padded(cells[column]?.[line] ?? '', width))
      .join(GAP)
      .trimEnd(),
  )
}
